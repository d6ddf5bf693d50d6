/** What has come of a picture of NAL units: those that are whole, and the fragments of the one that is not yet. */
import { largestPicture } from './depacketizer.ts';

/** Most units of a picture; cameras have up to a few dozen slices. */
const mostUnits = 1024;
/** Most packets of a unit: of the usual size they hold the largest picture; each takes memory, however small it is. */
const mostFragments = 16_384;

export class PictureParts {
  #units: Buffer[] = [];
  #bytes = 0;
  #fragments: Buffer[] | undefined;
  #isTorn = false;

  get isTorn(): boolean {
    return this.#isTorn;
  }

  /** A unit has begun, and its end is to come. */
  get hasFragments(): boolean {
    return this.#fragments !== undefined;
  }

  add(unit: Buffer): void {
    this.#bytes += unit.length;
    if (this.#bytes > 2 * largestPicture || this.#units.length >= mostUnits) this.tear();
    else if (!this.#isTorn) this.#units.push(unit);
  }

  /**
   * A packet holds a part of a unit.
   * @param head what the unit begins with, where this is its first part
   * @param part of the packet's payload
   * @param size of the packet's payload, bytes
   * @returns the unit, with its last part
   */
  fragment(
    head: Buffer | undefined,
    part: Buffer,
    size: number,
    isLast: boolean,
  ): Buffer | undefined {
    if ((head !== undefined) === this.hasFragments) this.tear();
    if (head) this.#fragments = [head];
    if (!this.#fragments) return undefined;
    this.#fragments.push(part);
    this.#bytes += size;
    if (this.#bytes > largestPicture || this.#fragments.length > mostFragments) this.tear();
    if (!isLast || !this.#fragments) return undefined;
    const unit = Buffer.concat(this.#fragments);
    this.#fragments = undefined;
    return unit;
  }

  /** What has come of this picture is no use. */
  tear(): void {
    this.#fragments = undefined;
    this.#units.length = 0;
    this.#isTorn = true;
  }

  /** Packets are missing. @param hasBegun slices of the picture have come */
  lose(hasBegun: boolean): void {
    this.#fragments = undefined;
    if (hasBegun || this.#units.length > 0) this.#isTorn = true;
  }

  /** Gives what has come, and begins with the next picture. */
  take(): { readonly units: Buffer[]; readonly isTorn: boolean } {
    const taken = { units: this.#units, isTorn: this.#isTorn };
    this.#units = [];
    this.#bytes = 0;
    this.#isTorn = false;
    return taken;
  }
}
