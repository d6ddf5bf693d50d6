/**
 * Sends the packets of all cameras no faster than the way can carry them: what there is room for goes at once, and what a
 * large key picture has more follows in the next ms. What waits is bounded by its time.
 */

/** So much goes at once, as long as nothing went before, ms of the rate; within these bytes. */
const burst = { time: 10, least: 3000, most: 40_000 };
/** Nothing waits longer than this, ms. */
export const longestWait = 250;
/** Repairs and sub streams go before main streams. */
export type Turn = 0 | 1;

interface Waiting {
  readonly bytes: number;
  readonly send: () => void;
}

export class Pacer {
  /** bit/s */
  #rate: number;
  readonly #queues: [Waiting[], Waiting[]] = [[], []];
  readonly #queued: [number, number] = [0, 0];
  /** Bytes that may go now; less than none after a packet that was larger. */
  #room = 0;
  #filledAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(rate: number) {
    this.#rate = rate;
    this.#room = this.#burst;
  }

  set rate(rate: number) {
    this.#fill(performance.now());
    this.#rate = rate;
  }

  get rate(): number {
    return this.#rate;
  }

  /** How long what is added now would wait, ms. */
  wait(turn: Turn): number {
    const before = turn === 0 ? this.#queued[0] : this.#queued[0] + this.#queued[1];
    return (before * 8000) / this.#rate;
  }

  /** Whether so many bytes go now, before all others: then they are to be sent at once. */
  mayGo(bytes: number): boolean {
    if (this.#queued[0] + this.#queued[1] > 0) return false;
    this.#fill(performance.now());
    if (this.#room <= 0) return false;
    this.#room -= bytes;
    return true;
  }

  /** Sends as soon as there is room. */
  add(turn: Turn, bytes: number, send: () => void): void {
    this.#queues[turn].push({ bytes, send });
    this.#queued[turn] += bytes;
    this.#timer ??= setTimeout(this.#goOn, 1);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queues[0].length = this.#queues[1].length = 0;
    this.#queued[0] = this.#queued[1] = 0;
  }

  readonly #goOn = (): void => {
    this.#timer = undefined;
    this.#fill(performance.now());
    for (const turn of [0, 1] as const) {
      const queue = this.#queues[turn];
      let sent = 0;
      while (this.#room > 0) {
        const next = queue[sent];
        if (!next) break;
        sent += 1;
        this.#room -= next.bytes;
        this.#queued[turn] -= next.bytes;
        next.send();
      }
      queue.splice(0, sent);
    }
    if (this.#queued[0] + this.#queued[1] > 0) this.#timer ??= setTimeout(this.#goOn, 1);
  };

  get #burst(): number {
    return Math.min(burst.most, Math.max(burst.least, (this.#rate * burst.time) / 8000));
  }

  #fill(now: number): void {
    const time = Math.min(1000, now - this.#filledAt);
    this.#filledAt = now;
    this.#room = Math.min(this.#burst, this.#room + (time * this.#rate) / 8000);
  }
}
