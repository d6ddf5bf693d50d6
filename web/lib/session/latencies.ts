/** Tells the server what this end measures of its pictures' latency, and learns the other parts of it. */
import { SvelteMap } from 'svelte/reactivity';
import {
  latencyOf,
  type CameraTiming,
  type Latency,
  type ViewerTiming,
} from '../../../server/contract/latency.ts';
import type { Signaling } from './signaling.ts';

/** Between two questions, ms: the mean of so long is steady, and a wall asks once for all its tiles. */
const interval = 2000;

/** What a viewer measures of one zone. */
export interface ZoneMeasured {
  readonly zone: string;
  readonly viewer: ViewerTiming;
}

export class Latencies {
  readonly #signaling: Signaling;
  readonly #known = new SvelteMap<string, Latency>();
  #asked = -interval;

  constructor(signaling: Signaling) {
    this.#signaling = signaling;
  }

  /** How old the zone's picture is by its parts; undefined while that is not known. */
  of(zone: string): Latency | undefined {
    return this.#known.get(zone);
  }

  /** A camera tells its part. */
  tell(timing: CameraTiming): void {
    if (!this.#due()) return;
    this.#signaling.request('camera:timing', timing).catch(() => {}); // The next one comes soon.
  }

  /** A viewer tells its part of each zone that it sees now, and asks for the others'. */
  async ask(own: ZoneMeasured[]): Promise<void> {
    for (const known of this.#known.keys()) {
      if (!own.some(({ zone }) => zone === known)) this.#known.delete(known);
    }
    if (own.length === 0 || !this.#due()) return;
    try {
      const { zones } = await this.#signaling.request('latency', { zones: own });
      for (const { zone, ...timing } of zones) {
        const viewer = own.find((one) => one.zone === zone)?.viewer;
        const latency = viewer && latencyOf(timing, viewer);
        if (latency) this.#known.set(zone, latency);
        else this.#known.delete(zone);
      }
    } catch {
      this.#known.clear(); // A figure that cannot be measured is not shown.
    }
  }

  #due(): boolean {
    const now = performance.now();
    if (!this.#signaling.socket.connected || now - this.#asked < interval) return false;
    this.#asked = now;
    return true;
  }
}
