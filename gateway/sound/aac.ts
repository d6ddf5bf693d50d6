/** AAC as cameras send it: `mpeg4-generic` in the modes AAC-hbr and AAC-lbr (RFC 3640 §3.3.5, §3.3.6). */
import type { RtpPacket } from '../rtp/packet.ts';
import { parseAacConfig } from './aac-config.ts';
import type { OpenSoundDepacketizer, SoundDepacketizer, SoundUnit } from './depacketizer.ts';

/** Of an access unit: eight channels have 768 bytes each at most (ISO/IEC 14496-3 §4.5.3). */
const largestUnit = 8 * 768;
/** More is no packet of sound: 64 units of 1,024 samples are over a second. */
const mostUnits = 64;

/** Bits of the fields of an access unit's header. */
interface Lengths {
  readonly size: number;
  readonly index: number;
  readonly indexDelta: number;
}

/** A unit of which parts have come. */
interface Begun {
  readonly size: number;
  readonly timestamp: number;
  readonly parts: Buffer[];
  came: number;
}

export const openAac: OpenSoundDepacketizer = (format, { unit, unusable }) => {
  const config = parseAacConfig(format.parameters.get('config'));
  const lengths = lengthsOf(format.parameters);
  if (!config || !lengths) {
    unusable(config ? 'AAC with headers of an unknown kind' : 'AAC without a usable config');
    return { packet() {}, lost() {} };
  }
  const duration = Math.round((config.samples * format.clockRate) / config.sampleRate);
  return new AacDepacketizer(lengths, duration, unit, () => unusable('AAC with units interleaved'));
};

/** Those of AAC-hbr where nothing is said. */
function lengthsOf(parameters: ReadonlyMap<string, string>): Lengths | undefined {
  const of = (name: string, usual: number): number => Number(parameters.get(name) ?? usual);
  // Fields that come after these are not read.
  const others = ['ctsdeltalength', 'dtsdeltalength', 'randomaccessindication'];
  if (others.some((name) => of(name, 0) !== 0)) return undefined;
  const lengths = {
    size: of('sizelength', 13),
    index: of('indexlength', 3),
    indexDelta: of('indexdeltalength', 3),
  };
  const isRight = Object.values(lengths).every((one) => Number.isInteger(one) && one >= 0);
  return isRight && lengths.size > 0 && Math.max(...Object.values(lengths)) <= 16
    ? lengths
    : undefined;
}

class AacDepacketizer implements SoundDepacketizer {
  readonly #lengths: Lengths;
  /** Of a unit, in the format's clock rate. */
  readonly #duration: number;
  readonly #unit: (unit: SoundUnit) => void;
  readonly #interleaved: () => void;
  #begun: Begun | undefined;

  constructor(
    lengths: Lengths,
    duration: number,
    unit: (unit: SoundUnit) => void,
    interleaved: () => void,
  ) {
    this.#lengths = lengths;
    this.#duration = duration;
    this.#unit = unit;
    this.#interleaved = interleaved;
  }

  /** What makes no sense is left out: the next packet begins with a unit again. */
  packet({ payload, timestamp, cameAt }: RtpPacket): void {
    const begun = this.#begun;
    this.#begun = undefined;
    const sizes = this.#sizesOf(payload);
    if (!sizes) return;
    let at = 2 + Math.ceil(payload.readUInt16BE(0) / 8);
    const [first = 0] = sizes;
    if (sizes.length === 1 && first > payload.length - at) {
      this.#collect(begun, { size: first, timestamp, part: payload.subarray(at), cameAt });
      return;
    }
    for (const [index, size] of sizes.entries()) {
      if (at + size > payload.length) return;
      const unit = payload.subarray(at, at + size);
      at += size;
      if (size === 0) continue;
      const place = (timestamp + index * this.#duration) % 2 ** 32;
      this.#unit({ payload: unit, timestamp: place, cameAt });
    }
  }

  lost(): void {
    this.#begun = undefined;
  }

  /** @returns undefined where the headers make no sense */
  #sizesOf(payload: Buffer): number[] | undefined {
    if (payload.length < 2) return undefined;
    const { size, index, indexDelta } = this.#lengths;
    const bits = payload.readUInt16BE(0);
    const more = (bits - size - index) / (size + indexDelta);
    const isRight = Number.isInteger(more) && more >= 0 && more < mostUnits;
    if (!isRight || 2 + Math.ceil(bits / 8) > payload.length) return undefined;
    const heads = payload.subarray(2);
    const sizes: number[] = [];
    for (let at = 0; at < bits;) {
      const length = readBits(heads, at, size);
      at += size;
      const place = at === size ? index : indexDelta;
      if (readBits(heads, at, place) !== 0) {
        this.#interleaved();
        return undefined;
      }
      at += place;
      if (length > largestUnit) return undefined;
      sizes.push(length);
    }
    return sizes;
  }

  /** A unit may be in several packets, each of which says how large all of it is (RFC 3640 §3.2.3). */
  #collect(
    before: Begun | undefined,
    { size, timestamp, part, cameAt }: Omit<SoundUnit, 'payload'> & { size: number; part: Buffer },
  ): void {
    const isSame = before?.size === size && before.timestamp === timestamp;
    const begun = isSame ? before : { size, timestamp, parts: [], came: 0 };
    begun.parts.push(part);
    begun.came += part.length;
    if (part.length === 0 || begun.came > size) return;
    if (begun.came < size) this.#begun = begun;
    else this.#unit({ payload: Buffer.concat(begun.parts), timestamp, cameAt });
  }
}

function readBits(bytes: Buffer, at: number, count: number): number {
  let value = 0;
  for (let bit = at; bit < at + count; bit += 1) {
    value = value * 2 + (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
  }
  return value;
}
