/**
 * Pulls what a camera notices (ONVIF Core §9.2, a pull point): one long question after the other, renewed in time. Whatever
 * breaks it, it begins anew after a while, longer the more often that was in vain.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { EventsListener, EventsSource } from '../camera/noticed.ts';
import { signsOf } from './notification.ts';
import type { XmlElement } from './xml.ts';

/** A subscription at the camera. */
export interface PullPoint {
  /** @param patience how long the camera may wait for something to tell, ms @returns its answer */
  pull(patience: number, most: number): Promise<XmlElement>;
  /** Lets it live for so long from now on, ms. */
  renew(life: number): Promise<void>;
  /** Has the camera say how everything is now. */
  synchronize(): Promise<void>;
  end(): Promise<void>;
}

export interface PullPoints {
  /** @param life how long it lives unless it is renewed, ms */
  create(life: number): Promise<PullPoint>;
}

export const pullTimes = {
  life: 120_000,
  /** Between two renewals. */
  renewal: 50_000,
  patience: 10_000,
  /** Between two questions to a camera that answers at once. */
  pause: 250,
  /** After the first failure, twice as long after each, and no longer. */
  again: { first: 1000, longest: 60_000 },
  /** A camera may take to confirm the end. */
  end: 1000,
}; // ms
const mostMessages = 50;

export class PullPointEvents implements EventsSource {
  readonly #points: PullPoints;
  readonly #random: () => number;

  constructor(points: PullPoints, random: () => number = Math.random) {
    this.#points = points;
    this.#random = random;
  }

  listen(listener: EventsListener): () => Promise<void> {
    const pulling = new Pulling(this.#points, listener, this.#random);
    return () => pulling.close();
  }
}

class Pulling {
  readonly #points: PullPoints;
  readonly #listener: EventsListener;
  readonly #random: () => number;
  #failures = 0;
  #point: PullPoint | undefined;
  #wake: () => void = () => {};
  #closed = false;

  constructor(points: PullPoints, listener: EventsListener, random: () => number) {
    this.#points = points;
    this.#listener = listener;
    this.#random = random;
    void this.#run();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    // The camera forgets it by itself too, a little later: it is not waited for long.
    const ended = this.#point?.end().catch(() => {});
    await Promise.race([ended, pause(pullTimes.end, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#follow(await this.#points.create(pullTimes.life));
      } catch {
        // Whatever it was, it is tried again; that nothing is told meanwhile is in the figures.
      }
      if (this.#point) this.#listener.up(false);
      this.#point = undefined;
      if (this.#closed) return;
      const { first, longest } = pullTimes.again;
      const wait = Math.min(first * 2 ** this.#failures, longest);
      this.#failures += 1;
      await this.#pause(wait * (0.75 + this.#random() / 2));
    }
  }

  /** @throws Error when it is cut off */
  async #follow(point: PullPoint): Promise<void> {
    this.#point = point;
    if (this.#closed) return point.end();
    this.#listener.up(true);
    void point.synchronize().catch(() => {}); // Some cameras say it without being asked, others never.
    let renewedAt = performance.now();
    while (!this.#closed) {
      const askedAt = performance.now();
      const answer = await point.pull(pullTimes.patience, mostMessages);
      if (this.#closed) return;
      this.#failures = 0;
      for (const sign of signsOf(answer)) this.#listener.noticed(sign);
      const now = performance.now();
      if (now - renewedAt >= pullTimes.renewal) {
        renewedAt = now;
        // Where it cannot be renewed, pulling alone may keep it; else the next pull says that it is gone.
        await point.renew(pullTimes.life).catch(() => {});
      }
      await this.#pause(askedAt + pullTimes.pause - performance.now());
    }
  }

  #pause(ms: number): Promise<void> {
    if (ms <= 0 || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
