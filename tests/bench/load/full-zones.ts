/** Zones with as many viewers as a media worker gets of one; the next viewers are for the next zone. */
import { loadSettings } from '../../../server/config.ts';
import type { Clip } from '../../support/peers/clip.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';

/** More of one zone go to another worker. */
const viewersPerZone = loadSettings({}).media.consumers_per_worker;

export class FullZones {
  readonly #url: string;
  readonly #clip: Clip;
  readonly #cameras: LightPublisher[] = [];
  #viewers = 0;

  constructor(url: string, clip: Clip) {
    this.#url = url;
    this.#clip = clip;
  }

  /** Where the next viewers belong; each zone has its camera by then. */
  async *next(viewers: number): AsyncGenerator<{ zone: string; viewers: number }> {
    for (let left = viewers; left > 0;) {
      const number = 1 + Math.floor(this.#viewers / viewersPerZone);
      const zone = `LOAD-${number}`;
      if (this.#cameras.length < number) {
        this.#cameras.push(await LightPublisher.start(this.#url, zone, this.#clip));
      }
      const fitting = Math.min(left, number * viewersPerZone - this.#viewers);
      this.#viewers += fitting;
      left -= fitting;
      yield { zone, viewers: fitting };
    }
  }

  close(): void {
    for (const camera of this.#cameras) camera.close();
  }
}
