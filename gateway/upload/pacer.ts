/**
 * Sends the packets of all cameras no faster than the way can carry them: what there is room for goes at once, and what a
 * large key picture has more follows in the next ms. What waits is bounded by its time.
 */

/** So much goes at once, as long as nothing went before, ms of the rate; within these bytes. */
const burst = { time: 10, least: 3000, most: 40_000 };
/** What waits for its turn is not to be slowed by a busy machine, where the timer comes late by so much at most, ms. */
const late = 50;
/** Sub streams go before main streams. */
export type Turn = 0 | 1;
/**
 * A picture before which so much waits is left out, with all up to the next key picture; ms. That costs a sub stream more
 * than it gains, as long as the key pictures of all cameras that come at once pass in that time.
 */
export const longestWait: readonly [number, number] = [800, 250];

interface Waiting {
  readonly bytes: number;
  readonly send: () => void;
  /** Whether it is still to be sent. */
  readonly isDue: () => boolean;
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
  #filler: (() => number) | undefined;

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
  add(turn: Turn, bytes: number, send: () => void, isDue = (): boolean => true): void {
    this.#queues[turn].push({ bytes, send, isDue });
    this.#queued[turn] += bytes;
    this.#timer ??= setTimeout(this.#goOn, 1);
  }

  /** What room is left is used, until told otherwise. @param send gives the bytes that it sent; 0 for nothing */
  fill(send: (() => number) | undefined): void {
    this.#filler = send;
    if (send) this.#timer ??= setTimeout(this.#goOn, 1);
  }

  close(): void {
    this.#filler = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queues[0].length = this.#queues[1].length = 0;
    this.#queued[0] = this.#queued[1] = 0;
  }

  readonly #goOn = (): void => {
    this.#timer = undefined;
    this.#fill(performance.now(), late);
    for (const turn of [0, 1] as const) {
      const queue = this.#queues[turn];
      let gone = 0;
      for (let next = queue[0]; next; next = queue[gone]) {
        const isDue = next.isDue();
        if (isDue && this.#room <= 0) break;
        gone += 1;
        this.#queued[turn] -= next.bytes;
        if (!isDue) continue;
        this.#room -= next.bytes;
        next.send();
      }
      queue.splice(0, gone);
    }
    for (let bytes = 1; this.#filler && bytes > 0 && this.#room > 0; this.#room -= bytes)
      bytes = this.#filler();
    if (this.#queued[0] + this.#queued[1] > 0 || this.#filler)
      this.#timer ??= setTimeout(this.#goOn, 1);
  };

  get #burst(): number {
    return Math.min(burst.most, Math.max(burst.least, (this.#rate * burst.time) / 8000));
  }

  /** @param time of which so much may go at once beside the burst, ms */
  #fill(now: number, time = 0): void {
    const most = Math.max(this.#burst, (time * this.#rate) / 8000);
    const gone = Math.min(1000, now - this.#filledAt);
    this.#filledAt = now;
    this.#room = Math.min(most, this.#room + (gone * this.#rate) / 8000);
  }
}
