/**
 * When pictures are shown, on their way through ffmpeg. It takes and gives whole milliseconds; what comes out gets the exact
 * time of what went in. An odd millisecond asks for a key picture: an expression over times is all that ffmpeg can be
 * told while it runs.
 */
import type { Picture } from '../video/picture.ts';

/** 90 kHz */
const ticksPerMs = 90;
/** What FLV has room for. */
const wrap = 2 ** 31;
/** Pictures may come that are shown before the first one. */
const start = 10_000;

type Timed = Pick<Picture, 'timestamp' | 'cameAt'>;

export class Times {
  readonly #first: number;
  readonly #inside = new Map<number, Timed>();
  #last: { at: number; timestamp: number } | undefined;

  /** @param first time stamp of the first picture */
  constructor(first: number) {
    this.#first = first;
  }

  /** @returns even ms */
  of(timestamp: number): number {
    return start + 2 * Math.round((timestamp - this.#first) / ticksPerMs / 2);
  }

  /** @returns ms, or undefined for a picture that has no place */
  enter({ timestamp, cameAt }: Timed, asKey: boolean): number | undefined {
    let at = this.of(timestamp);
    while (this.#has(at)) at += 2;
    if (!Number.isSafeInteger(at) || at < 0) return undefined;
    if (asKey) at += 1;
    this.#inside.set(at % wrap, { timestamp, cameAt });
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
