/** Tries what a viewer's link carries, for as long as it gets less than it wants. */
import type { types } from 'mediasoup';
import { answerOf } from './answer.ts';
import { ProbeSchedule } from './probe-schedule.ts';
import type { MediaConsumer } from './consumer.ts';
import type { MediaWorker } from './worker-pool.ts';

const interval = 500; // ms between two looks at the estimate of a link that is short
/** A second limit above the first, by which mediasoup tries the link up to the first. */
const further = 1.02;

export class BandwidthProbe {
  readonly #transport: types.WebRtcTransport;
  readonly #worker: MediaWorker;
  readonly #consumers = new Set<MediaConsumer>();
  #schedule: ProbeSchedule | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(transport: types.WebRtcTransport, worker: MediaWorker) {
    this.#transport = transport;
    this.#worker = worker;
    transport.observer.once('close', () => clearTimeout(this.#timer));
  }

  follow(consumer: MediaConsumer): void {
    this.#consumers.add(consumer);
    consumer.onLayers = () => this.#begin();
    consumer.onClosed = () => this.#consumers.delete(consumer);
  }

  get #starved(): boolean {
    return [...this.#consumers].some((consumer) => consumer.starved);
  }

  #begin(): void {
    if (this.#timer || this.#transport.closed || !this.#starved) return;
    this.#schedule ??= new ProbeSchedule(performance.now());
    this.#lookSoon();
  }

  #lookSoon(): void {
    this.#timer = setTimeout(() => {
      void this.#look()
        // Its worker may be in trouble, which others tell; the limit is not to stay for that.
        .catch(() => true)
        .then((goesOn) => {
          this.#timer = undefined;
          if (goesOn && !this.#transport.closed) this.#lookSoon();
          else this.#begin(); // What is wanted may have changed meanwhile.
        });
    }, interval);
    this.#timer.unref();
  }

  /** @returns whether to look again */
  async #look(): Promise<boolean> {
    const stats = await answerOf(this.#worker, () => this.#transport.getStats());
    const estimate = stats[0]?.availableOutgoingBitrate ?? 0;
    const layers = [...this.#consumers].reduce((sum, { layer }) => sum + layer + 1, 0);
    const starved = this.#starved;
    const rate = this.#schedule?.look({ now: performance.now(), estimate, layers, starved });
    if (!starved) await this.#limit(0);
    if (rate === undefined) return starved;
    // mediasoup tries a link when its limit is raised: up to the limit that was in force before.
    await this.#limit(rate);
    await this.#limit(rate * further);
    return true;
  }

  /** @param rate most that is to be sent, bit/s; 0 for no limit */
  async #limit(rate: number): Promise<void> {
    await answerOf(this.#worker, () => this.#transport.setMaxOutgoingBitrate(Math.round(rate)));
  }
}
