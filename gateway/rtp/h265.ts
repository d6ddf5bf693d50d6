/** Whole pictures of H.265 out of RTP packets (RFC 7798), in the order of decoding as cameras send them. */
import { BitReader, MalformedUnit, withoutEmulation } from '../h264/bits.ts';
import { longestSet } from '../h264/sequence-set.ts';
import { parseHevcSps, type HevcSequenceFacts } from '../h265/sps.ts';
import type { Depacketizer, DepacketizerEvents, OpenDepacketizer } from './depacketizer.ts';
import type { StreamFormat } from './depacketizer.ts';
import { sequenceDistance, type RtpPacket } from './packet.ts';
import { PictureParts } from './picture-parts.ts';

/** Kinds of units (ITU-T H.265 table 7-1), and of packets. */
const kinds = {
  lastSlice: 31,
  firstKey: 16,
  lastKey: 21,
  videoSet: 32,
  sequenceSet: 33,
  pictureSet: 34,
  delimiter: 35,
  aggregation: 48,
  fragmentation: 49,
  content: 50,
} as const;
const setKinds: readonly number[] = [kinds.videoSet, kinds.sequenceSet, kinds.pictureSet];
/** Parameter sets that are kept of each kind. */
const mostSets = 16;

export const openH265: OpenDepacketizer = (format, events) => new H265Depacketizer(format, events);

class H265Depacketizer implements Depacketizer {
  readonly #events: DepacketizerEvents;
  /** Packets hold numbers of decoding order; units have to come in that order, as cameras send them. */
  readonly #hasOrder: boolean;
  #order: number | undefined;
  /** By kind and number; the last one counts. */
  readonly #sets = new Map<string, Buffer>();
  #facts: HevcSequenceFacts | undefined;
  #isTold = false;
  readonly #parts = new PictureParts();
  #timestamp: number | undefined;
  #cameAt = 0;
  #slices = 0;
  #isKey = false;
  /** Cameras that mark each unit are found out by the rest of a picture that comes after its end. */
  #marksPictures = true;
  #endedAt: number | undefined;

  constructor({ parameters }: StreamFormat, events: DepacketizerEvents) {
    this.#events = events;
    this.#hasOrder = Number(parameters.get('sprop-max-don-diff') ?? 0) > 0;
    for (const name of ['sprop-vps', 'sprop-sps', 'sprop-pps']) {
      for (const text of parameters.get(name)?.split(',') ?? []) {
        this.#takeSet(Buffer.from(text, 'base64'));
      }
    }
  }

  packet({ payload, timestamp, marker, cameAt }: RtpPacket): void {
    if (payload.length < 2) return;
    if (timestamp !== this.#timestamp) {
      if (this.#timestamp !== undefined) this.#endBefore();
      this.#timestamp = timestamp;
    }
    this.#cameAt = cameAt;
    const kind = kindOf(payload);
    if (kind !== kinds.fragmentation && this.#parts.hasFragments) this.#parts.tear();
    if (kind === kinds.aggregation) this.#aggregate(payload);
    else if (kind === kinds.fragmentation) this.#fragment(payload);
    else if (kind < kinds.aggregation) this.#single(payload);
    else if (kind === kinds.content) this.#events.unusable('H265 in packets that say more (PACI)');
    else this.#parts.tear();
    if (marker && this.#marksPictures && this.#slices > 0 && !this.#parts.hasFragments) {
      this.#endedAt = timestamp;
      this.#end();
    }
  }

  lost(): void {
    this.#parts.lose(this.#slices > 0);
    this.#events.torn();
  }

  #single(payload: Buffer): void {
    if (!this.#hasOrder) return this.#unit(payload);
    if (payload.length < 5) return this.#parts.tear();
    this.#follows(payload.readUInt16BE(2));
    this.#unit(Buffer.concat([payload.subarray(0, 2), payload.subarray(4)]));
  }

  #aggregate(payload: Buffer): void {
    let at = 2;
    for (let index = 0; at < payload.length; index += 1) {
      if (this.#hasOrder) {
        if (at + 2 > payload.length) return this.#parts.tear();
        const step = (payload[at] ?? 0) + 1;
        this.#follows(index === 0 ? payload.readUInt16BE(at) : (this.#order ?? 0) + step);
        at += index === 0 ? 2 : 1;
      }
      if (at + 2 > payload.length) return this.#parts.tear();
      const end = at + 2 + payload.readUInt16BE(at);
      if (end > payload.length) return this.#parts.tear();
      if (end >= at + 4) this.#unit(payload.subarray(at + 2, end));
      at = end;
    }
  }

  #fragment(payload: Buffer): void {
    const [first = 0, second = 0, head = 0] = payload;
    const begins = (head & 0x80) !== 0;
    const from = begins && this.#hasOrder ? 5 : 3;
    if (payload.length <= from) return this.#parts.tear();
    if (begins && this.#hasOrder) this.#follows(payload.readUInt16BE(3));
    const unit = this.#parts.fragment(
      begins ? Buffer.from([(first & 0x81) | ((head & 0x3f) << 1), second]) : undefined,
      payload.subarray(from),
      payload.length,
      (head & 0x40) !== 0,
    );
    if (unit) this.#unit(unit);
  }

  /** @param order number of decoding order (§4.4.1, modulo 2¹⁶) of the unit that comes */
  #follows(order: number): void {
    const distance = this.#order === undefined ? 1 : sequenceDistance(this.#order, order);
    this.#order = order & 0xffff;
    if (distance <= 0) this.#events.unusable('H265, interleaved units');
  }

  #unit(unit: Buffer): void {
    if (unit.length < 3) return;
    const kind = kindOf(unit);
    if (kind <= kinds.lastSlice) return this.#slice(unit, kind);
    // Units of a prefix come before the slices of a picture only (§7.4.2.4.4).
    if (kind <= kinds.delimiter && this.#slices > 0) this.#endBefore();
    if (setKinds.includes(kind)) this.#takeSet(unit);
  }

  #slice(unit: Buffer, kind: number): void {
    const isFirst = ((unit[2] ?? 0) & 0x80) !== 0;
    if (isFirst && this.#slices > 0) this.#endBefore();
    if (!isFirst && this.#slices === 0) {
      if (this.#endedAt === this.#timestamp) this.#marksPictures = false;
      this.#parts.tear();
    }
    this.#slices += 1;
    this.#isKey = kind >= kinds.firstKey && kind <= kinds.lastKey;
    this.#parts.add(unit);
  }

  #takeSet(unit: Buffer): void {
    if (unit.length < 4 || unit.length > longestSet || !setKinds.includes(kindOf(unit))) return;
    try {
      const kind = kindOf(unit);
      const key = `${kind}-${numberOf(unit)}`;
      if (this.#sets.get(key)?.equals(unit)) return;
      if (kind === kinds.sequenceSet) {
        const facts = parseHevcSps(unit);
        this.#isTold &&= isSame(facts, this.#facts);
        this.#facts = facts;
      }
      const others = [...this.#sets.keys()].filter((other) => other.startsWith(`${kind}-`));
      const [oldest] = others;
      if (others.length >= mostSets && oldest !== undefined) this.#sets.delete(oldest);
      this.#sets.set(key, Buffer.from(unit));
    } catch (error) {
      if (!(error instanceof MalformedUnit)) throw error;
    }
  }

  #endBefore(): void {
    if (this.#parts.hasFragments) this.#parts.tear();
    if (this.#slices > 0 || this.#parts.isTorn) this.#end();
  }

  #end(): void {
    const { units, isTorn } = this.#parts.take();
    const isKey = this.#isKey;
    this.#slices = 0;
    this.#isKey = false;
    const sets = setKinds.map((kind) => this.#setsOf(kind));
    if (isTorn || !this.#facts || (isKey && sets.some(({ length }) => length === 0))) {
      this.#events.torn();
      return;
    }
    if (isKey && !this.#isTold) {
      this.#isTold = true;
      this.#events.facts({ codec: 'H265', ...this.#facts });
    }
    if (!isKey && !this.#isTold) return; // Nothing is known of it yet.
    this.#events.picture({
      units: isKey ? [...sets.flat(), ...units] : units,
      isKey,
      timestamp: this.#timestamp ?? 0,
      cameAt: this.#cameAt,
    });
  }

  #setsOf(kind: number): Buffer[] {
    return [...this.#sets].flatMap(([key, unit]) => (key.startsWith(`${kind}-`) ? [unit] : []));
  }
}

function kindOf(unit: Buffer): number {
  return ((unit[0] ?? 0) >> 1) & 0x3f;
}

/** Sequence sets have theirs behind a profile of variable length; a stream has one at a time. */
function numberOf(unit: Buffer): number {
  const kind = kindOf(unit);
  if (kind === kinds.videoSet) return (unit[2] ?? 0) >> 4;
  return kind === kinds.pictureSet ? new BitReader(withoutEmulation(unit, 16), 2).within(63) : 0;
}

function isSame(a: HevcSequenceFacts, b: HevcSequenceFacts | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
