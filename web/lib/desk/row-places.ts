/** Where the rows of a long list stand, so that only those in view are on the page. */
import type { Row } from './rows.ts';

/** px, where letters are of 16; a group is told in one line, a zone has its picture beside it. */
export const rowHeights = { group: 34, zone: 56 } as const;
/** Rows on the page beyond those in view, on either side. */
const beyond = 4;

export class RowPlaces {
  readonly #tops: number[] = [];
  /** px, of all rows. */
  readonly height: number;

  /** @param scale how much larger letters are than 16 px */
  constructor(rows: readonly Row[], scale = 1) {
    let top = 0;
    for (const { type } of rows) {
      this.#tops.push(top);
      top += rowHeights[type] * scale;
    }
    this.height = top;
  }

  /** px from the top of the list */
  top(index: number): number {
    return this.#tops[index] ?? this.height;
  }

  /** The rows in view, from the one on and before the other. @param top and height of what is in view, px */
  inView(top: number, height: number): { from: number; to: number } {
    return { from: Math.max(0, this.#at(top)), to: this.#at(top + height) + 1 };
  }

  /** Those to be on the page: the ones in view, and some beyond. */
  onPage(top: number, height: number): { from: number; to: number } {
    const { from, to } = this.inView(top, height);
    return { from: Math.max(0, from - beyond), to: Math.min(this.#tops.length, to + beyond) };
  }

  /** The last row that begins at or above this line. */
  #at(line: number): number {
    let low = 0;
    let high = this.#tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#tops[middle] ?? 0) <= line) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
