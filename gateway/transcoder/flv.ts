/**
 * Reads what ffmpeg writes to a pipe: FLV (Adobe Flash Video File Format Specification 10.1, annex E), since each of
 * its tags says first how long it is, when it is to be shown, and whether it is a key picture.
 */
export interface EncodedPicture {
  /** NAL units without start codes. */
  readonly units: Buffer[];
  readonly isKey: boolean;
  /** ms, modulo 2³¹ */
  readonly at: number;
}

const headLength = 13; // with the length of the tag before the first one
const tagHeadLength = 11;
const videoTag = 9;
const avc = 7;

/** @throws Error when it is no FLV of H.264, or a tag is longer than `most` bytes */
export class FlvReader {
  readonly #most: number;
  #held: Buffer[] = [];
  #size = 0;
  #needed = headLength;
  #begun = false;
  #parameterSets: Buffer[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  read(bytes: Buffer): EncodedPicture[] {
    this.#held.push(bytes);
    this.#size += bytes.length;
    const pictures: EncodedPicture[] = [];
    while (this.#size >= this.#needed) {
      const all = this.#held.length === 1 ? (this.#held[0] ?? bytes) : Buffer.concat(this.#held);
      const used = this.#next(all, pictures);
      this.#held = [all.subarray(used)];
      this.#size -= used;
    }
    return pictures;
  }

  /** @returns how many bytes are done with */
  #next(bytes: Buffer, pictures: EncodedPicture[]): number {
    if (!this.#begun) {
      if (bytes.toString('latin1', 0, 3) !== 'FLV') throw new Error('no FLV');
      this.#begun = true;
      this.#needed = tagHeadLength;
      return headLength;
    }
    const length = bytes.readUIntBE(1, 3);
    if (length > this.#most) throw new Error(`a picture of ${length} bytes`);
    const whole = tagHeadLength + length + 4;
    if (bytes.length < whole) {
      this.#needed = whole;
      return 0;
    }
    this.#needed = tagHeadLength;
    const at = (bytes.readUInt8(7) << 24) | bytes.readUIntBE(4, 3);
    if (bytes[0] === videoTag) this.#video(bytes.subarray(tagHeadLength, whole - 4), at, pictures);
    return whole;
  }

  #video(tag: Buffer, at: number, pictures: EncodedPicture[]): void {
    if (tag.length < 5) return;
    if ((tag.readUInt8(0) & 0x0f) !== avc) throw new Error('no H.264');
    if (tag[1] === 0) this.#parameterSets = parameterSetsOf(tag.subarray(5));
    if (tag[1] !== 1) return;
    const isKey = tag.readUInt8(0) >> 4 === 1;
    const units = unitsOf(tag.subarray(5)).filter((unit) => !isParameterSet(unit));
    pictures.push({ units: isKey ? [...this.#parameterSets, ...units] : units, isKey, at });
  }
}

function isParameterSet(unit: Buffer): boolean {
  const type = unit.readUInt8(0) & 0x1f;
  return type === 7 || type === 8;
}

/** Of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1). */
function parameterSetsOf(record: Buffer): Buffer[] {
  const sets: Buffer[] = [];
  let at = 5;
  for (let kind = 0; kind < 2; kind += 1) {
    const count = record.readUInt8(at) & (kind === 0 ? 0x1f : 0xff);
    at += 1;
    for (let index = 0; index < count; index += 1) {
      const end = at + 2 + record.readUInt16BE(at);
      sets.push(Buffer.from(record.subarray(at + 2, end)));
      at = end;
    }
  }
  return sets;
}

function unitsOf(bytes: Buffer): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at + 4 < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new Error('a unit that ends after its picture');
    if (end > at + 4) units.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return units;
}
