/** What cameras and viewers measure of the way of a picture, put together. */
import { latencyOf, totalOf, type CameraTiming } from '../contract/latency.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Parsed, Response } from '../contract/events.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';

/** What a camera told longer ago than this says nothing of now, ms: it tells it every 2 s while it sends. */
const goodFor = 6000;
/** A session counts once for a zone in this time, whatever it sends, ms. */
const countedEach = 1000;

/** Answers `camera:timing`. */
export function tellTiming(session: Session, timing: CameraTiming): Response<'camera:timing'> {
  if (!session.filming) {
    throw new RefusedError('not-joined', 'This session has claimed no zone; send claim first.');
  }
  session.filming.timing = { ...timing, at: Date.now() };
  return {};
}

/** Answers `latency`; zones that the session does not watch are left out. */
export function latencies(
  context: Context,
  session: Session,
  { zones }: Parsed<'latency'>,
): Response<'latency'> {
  const now = Date.now();
  const answer = zones.flatMap(({ zone, viewer }) => {
    const watching = session.watching.get(zone);
    if (!watching) return [];
    const camera = context.sessions.get(context.zones.cameraOf(zone) ?? '')?.filming;
    const told = camera?.timing;
    const timing = {
      camera: told && now - told.at < goodFor ? told : null,
      server: camera?.turn ?? null,
    };
    const latency = latencyOf(timing, viewer);
    if (latency && now - watching.latencyCounted >= countedEach) {
      watching.latencyCounted = now;
      context.metrics.latency.observe(totalOf(latency) / 1000);
    }
    return { zone, ...timing };
  });
  return { zones: answer };
}
