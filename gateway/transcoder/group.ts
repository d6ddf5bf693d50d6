/** What has come since the last key picture: a decoder that begins anew can go on from it at once. */
import type { Picture } from '../video/picture.ts';

/** Ten seconds of a usual camera. */
export const mostOfGroup = { bytes: 6_000_000, pictures: 300 };

export class Group {
  #pictures: Picture[] = [];
  #bytes = 0;

  add(picture: Picture): void {
    if (picture.isKey) this.forget();
    else if (this.#pictures.length === 0) return; // Nothing can begin with it.
    this.#pictures.push(picture);
    this.#bytes += picture.units.reduce((sum, { length }) => sum + length, 0);
    const { length } = this.#pictures;
    if (this.#bytes > mostOfGroup.bytes || length > mostOfGroup.pictures) this.forget();
  }

  forget(): void {
    this.#pictures = [];
    this.#bytes = 0;
  }

  /** The first is a key picture; empty where none is known, or it was too long ago. */
  get pictures(): readonly Picture[] {
    return this.#pictures;
  }
}
