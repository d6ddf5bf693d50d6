/**
 * When pictures are shown, on their way through ffmpeg. It takes and gives whole milliseconds; what comes out gets the exact
 * time of what went in. The last two bits of a time say what is to be done with its picture: an expression over times is
 * all that ffmpeg can be told while it runs.
 */
import type { Picture } from '../video/picture.ts';

/** 90 kHz */
const ticksPerMs = 90;
/** What FLV has room for. */
const wrap = 2 ** 31;
/** Pictures may come that are shown before the first one. */
const start = 10_000;

/** What is added to a time, which is a multiple of 4 ms. */
export const marks = { usual: 0, key: 1, decodedOnly: 2 } as const;
export type Mark = keyof typeof marks;

type Timed = Pick<Picture, 'timestamp' | 'cameAt'>;

export class Times {
  readonly #first: number;
  readonly #inside = new Map<number, Timed>();
  #last: { at: number; timestamp: number } | undefined;

  /** @param first time stamp of the first picture */
  constructor(first: number) {
    this.#first = first;
  }

  /** @returns a multiple of 4 ms */
  of(timestamp: number): number {
    return start + 4 * Math.round((timestamp - this.#first) / ticksPerMs / 4);
  }

  /** @returns ms, or undefined for a picture that has no place */
  enter({ timestamp, cameAt }: Timed, mark: Mark): number | undefined {
    let at = this.of(timestamp);
    while (this.#has(at)) at += 4;
    if (!Number.isSafeInteger(at) || at < 0) return undefined;
    at += marks[mark];
    // What is only decoded does not come out.
    if (mark !== 'decodedOnly') this.#inside.set(at % wrap, { timestamp, cameAt });
    return at;
  }

  /** Pictures come out as they are shown, so that those of earlier times will not come any more. */
  leave(at: number): Timed | undefined {
    const found = this.#inside.get(at) ?? this.#between(at);
    if (!found) return undefined;
    this.#last = { at, timestamp: found.timestamp };
    for (const [key, { timestamp }] of this.#inside) {
      if (timestamp <= found.timestamp) this.#inside.delete(key);
    }
    return found;
  }

  /** Pictures that have gone in and not come out. */
  get inside(): number {
    return this.#inside.size;
  }

  /** When the one came that waits longest. */
  get oldest(): number | undefined {
    const [first] = this.#inside.values();
    return first?.cameAt;
  }

  #has(at: number): boolean {
    return this.#inside.has(at % wrap) || this.#inside.has((at + 1) % wrap);
  }

  /** A time that ffmpeg has made up, as it does for pictures whose own it does not believe. */
  #between(at: number): Timed | undefined {
    if (!this.#last) return undefined;
    const gone = (at - this.#last.at + wrap) % wrap;
    if (gone > wrap / 2) return undefined;
    return { timestamp: this.#last.timestamp + gone * ticksPerMs, cameAt: performance.now() };
  }
}
