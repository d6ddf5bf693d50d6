/**
 * When pictures are shown, on their way through ffmpeg. It takes and gives whole milliseconds; what comes out gets the exact
 * time of what went in. The last three bits of a time say what is to be done with its picture: an expression over times is
 * all that ffmpeg can be told while it runs.
 */
import type { Picture } from '../video/picture.ts';

/** 90 kHz */
const ticksPerMs = 90;
/** What FLV has room for. */
const wrap = 2 ** 31;
/** Pictures may come that are shown before the first one. */
const start = 10_000;

/** Times are multiples of it, ms. */
const grid = 8;
/** What is added to a time. */
export const marks = { usual: 0, key: 1, decodedOnly: 2 } as const;
export type Mark = keyof typeof marks;
/** Added beside that where nothing of the picture is to be seen. */
export const covered = 4;

type Timed = Pick<Picture, 'timestamp' | 'cameAt'>;
interface Inside extends Timed {
  readonly isCovered: boolean;
}

export class Times {
  readonly #first: number;
  readonly #inside = new Map<number, Inside>();
  #last: { at: number; timestamp: number } | undefined;

  /** @param first time stamp of the first picture */
  constructor(first: number) {
    this.#first = first;
  }

  /** @returns a multiple of the grid */
  of(timestamp: number): number {
    return start + grid * Math.round((timestamp - this.#first) / ticksPerMs / grid);
  }

  /** @returns ms, or undefined for a picture that has no place */
  enter({ timestamp, cameAt }: Timed, mark: Mark, isCovered = false): number | undefined {
    let at = this.of(timestamp);
    while (this.#has(at)) at += grid;
    if (!Number.isSafeInteger(at) || at < 0) return undefined;
    at += marks[mark] + (isCovered ? covered : 0);
    // What is only decoded does not come out.
    if (mark !== 'decodedOnly') this.#inside.set(at % wrap, { timestamp, cameAt, isCovered });
    return at;
  }

  /** Pictures come out as they are shown, so that those of earlier times will not come any more. */
  leave(at: number): Timed | undefined {
    const found = this.#inside.get(at) ?? this.#between(at);
    if (!found) return undefined;
    // What has a time that was made up may be any of those inside.
    const mayBeBare = !isCovered(at) && !this.#inside.has(at) && this.#coveredInside;
    this.#last = { at, timestamp: found.timestamp };
    for (const [key, { timestamp }] of this.#inside) {
      if (timestamp <= found.timestamp) this.#inside.delete(key);
    }
    return mayBeBare ? undefined : { timestamp: found.timestamp, cameAt: found.cameAt };
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
    return [0, marks.key, covered, covered + marks.key].some((mark) =>
      this.#inside.has((at + mark) % wrap),
    );
  }

  get #coveredInside(): boolean {
    return [...this.#inside.values()].some((picture) => picture.isCovered);
  }

  /** A time that ffmpeg has made up, as it does for pictures whose own it does not believe. */
  #between(at: number): Timed | undefined {
    if (!this.#last) return undefined;
    const gone = (at - this.#last.at + wrap) % wrap;
    if (gone > wrap / 2) return undefined;
    return { timestamp: this.#last.timestamp + gone * ticksPerMs, cameAt: performance.now() };
  }
}

/** Whether the picture of this time was covered on its way. */
export function isCovered(at: number): boolean {
  return (at & covered) !== 0;
}
