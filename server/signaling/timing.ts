/** What cameras and viewers measure of the way of a picture, put together. */
import { latencyOf, totalOf, type CameraTiming } from '../contract/latency.ts';
import type { Parsed, Response } from '../contract/events.ts';
import type { TabSession } from './tab-session.ts';

/** A session counts once for a zone in this time, whatever it sends, ms. */
const countedEach = 1000;

export class Timing {
  readonly #observe: (seconds: number) => void;

  /** @param observe told the age of pictures when they are seen, s */
  constructor(observe: (seconds: number) => void) {
    this.#observe = observe;
  }

  /** Answers `camera:timing`. */
  ofCamera(session: TabSession, timing: CameraTiming): Response<'camera:timing'> {
    const camera = session.demandCamera();
    camera.zone.tellTiming(camera, timing);
    return {};
  }

  /** Answers `latency`; zones that the session does not watch are left out. */
  latencies({ viewing }: TabSession, { zones }: Parsed<'latency'>): Response<'latency'> {
    const now = Date.now();
    const answer = zones.flatMap(({ zone, viewer }) => {
      const watched = viewing.zones.get(zone);
      if (!watched) return [];
      const { timing } = watched.zone;
      const latency = latencyOf(timing, viewer);
      if (latency && now - watched.latencyCounted >= countedEach) {
        watched.latencyCounted = now;
        this.#observe(totalOf(latency) / 1000);
      }
      return { zone, ...timing };
    });
    return { zones: answer };
  }
}
