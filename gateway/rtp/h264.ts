/** Whole pictures of H.264 out of RTP packets (RFC 6184, packetization modes 0 and 1). */
import { ParameterSets, type NeededSets } from '../h264/parameter-sets.ts';
import { readSliceHead } from '../h264/slice.ts';
import { splitUnits, typeOf, unitType } from '../h264/units.ts';
import type { Depacketizer, DepacketizerEvents, OpenDepacketizer } from './depacketizer.ts';
import type { StreamFormat } from './depacketizer.ts';
import type { RtpPacket } from './packet.ts';
import { PictureParts } from './picture-parts.ts';

const aggregation = 24; // STAP-A
const fragmentation = 28; // FU-A

export const openH264: OpenDepacketizer = (format, events) => new H264Depacketizer(format, events);

class H264Depacketizer implements Depacketizer {
  readonly #events: DepacketizerEvents;
  readonly #sets = new ParameterSets();
  /** What has come of the next picture. */
  readonly #parts = new PictureParts();
  #timestamp: number | undefined;
  #cameAt = 0;
  #slices = 0;
  #isKey = false;
  #isBidirectional = false;
  #pictureSet = 0;
  /** A sequence set has come with this picture. */
  #hasSets = false;

  /**
   * Whether markers end pictures. Some cameras mark each unit, so a key picture has to show it first; until then, and
   * where they are wrong, pictures end where the next one begins.
   */
  #markers: 'untried' | 'right' | 'wrong' = 'untried';
  #isMarked = false;
  /** The last key picture came with its sets, so that one without has lost them. */
  #setsComeAlong = false;
  #hasLost = false;
  #told: NeededSets | undefined;
  #hasBidirectional = false;
  #toldReorders = false;

  constructor(format: StreamFormat, events: DepacketizerEvents) {
    this.#events = events;
    for (const text of format.parameters.get('sprop-parameter-sets')?.split(',') ?? []) {
      for (const unit of splitUnits(Buffer.from(text, 'base64'))) this.#sets.take(unit);
    }
  }

  packet({ payload, timestamp, marker, cameAt }: RtpPacket): void {
    if (payload.length === 0) return;
    if (timestamp !== this.#timestamp) {
      if (this.#timestamp !== undefined) this.#endBefore();
      this.#timestamp = timestamp;
    }
    const type = typeOf(payload);
    if (type !== fragmentation && this.#parts.hasFragments) this.#parts.tear();
    if (type < aggregation) this.#unit(payload, cameAt);
    else if (type === aggregation) this.#aggregate(payload, cameAt);
    else if (type === fragmentation) this.#fragment(payload, cameAt);
    else this.#parts.tear();
    this.#cameAt = cameAt;
    if (!marker || this.#slices === 0 || this.#parts.hasFragments) return;
    this.#isMarked = true;
    if (this.#markers === 'right') this.#end();
  }

  lost(): void {
    this.#hasLost = true;
    this.#parts.lose(this.#slices > 0);
    this.#events.torn();
  }

  #aggregate(payload: Buffer, cameAt: number): void {
    let at = 1;
    while (at + 2 <= payload.length) {
      const end = at + 2 + payload.readUInt16BE(at);
      if (end > payload.length) return this.#parts.tear();
      if (end > at + 2) this.#unit(payload.subarray(at + 2, end), cameAt);
      at = end;
    }
  }

  #fragment(payload: Buffer, cameAt: number): void {
    const [indicator = 0, head = 0] = payload;
    if (payload.length < 2) return this.#parts.tear();
    const begins = (head & 0x80) !== 0;
    const unit = this.#parts.fragment(
      begins ? Buffer.from([(indicator & 0xe0) | (head & 0x1f)]) : undefined,
      payload.subarray(2),
      payload.length,
      (head & 0x40) !== 0,
    );
    if (unit) this.#unit(unit, cameAt);
  }

  #unit(received: Buffer, cameAt: number): void {
    for (const unit of splitUnits(received)) {
      const type = typeOf(unit);
      if (type === unitType.slice || type === unitType.keySlice) this.#slice(unit, cameAt);
      else if (type >= unitType.partitionA && type <= unitType.partitionC) this.#parts.tear();
      else if (type >= unitType.supplement && type <= unitType.delimiter) {
        // These come before a picture's slices only (§7.4.1.2.3).
        if (this.#slices > 0) this.#endBefore();
        if (type === unitType.delimiter) continue;
        if (type !== unitType.supplement && !this.#sets.take(unit)) continue;
        if (type === unitType.sequenceSet) this.#hasSets = true;
        this.#parts.add(unit);
      }
    }
  }

  #slice(unit: Buffer, cameAt: number): void {
    const head = readSliceHead(unit);
    if (!head) return this.#parts.tear();
    // Two fields of a picture may have one time stamp, and both begin with block 0.
    if (this.#slices > 0 && head.firstBlock === 0 && this.#told?.facts.framesOnly !== false) {
      this.#endBefore();
    }
    if (this.#slices === 0) {
      this.#isKey = typeOf(unit) === unitType.keySlice;
      this.#pictureSet = head.pictureSet;
      if (head.firstBlock !== 0) {
        // It is the rest of a picture that was taken for whole, or the beginning of this one is lost.
        if (this.#markers === 'right' && !this.#hasLost) this.#markers = 'wrong';
        this.#parts.tear();
      }
    } else if (this.#isMarked) this.#markers = 'wrong';
    this.#isMarked = false;
    this.#slices += 1;
    this.#isBidirectional ||= head.isBidirectional;
    this.#cameAt = cameAt;
    this.#parts.add(unit);
  }

  /** Another picture begins. */
  #endBefore(): void {
    if (this.#parts.hasFragments) this.#parts.tear();
    const { isTorn } = this.#parts;
    if (this.#isMarked && this.#isKey && !isTorn && this.#markers === 'untried') {
      this.#markers = 'right';
    }
    // Parameter sets may come ahead of their picture, with a time of their own.
    if (this.#slices > 0 || isTorn) this.#end();
  }

  #end(): void {
    const { units, isTorn } = this.#parts.take();
    const [isKey, hasSets] = [this.#isKey, this.#hasSets];
    this.#hasBidirectional ||= this.#isBidirectional && !isTorn;
    this.#slices = 0;
    this.#isKey = false;
    this.#isBidirectional = false;
    this.#isMarked = false;
    this.#hasSets = false;
    if (isTorn) {
      this.#events.torn();
      return;
    }
    const picture = { isKey, timestamp: this.#timestamp ?? 0, cameAt: this.#cameAt };
    if (!isKey) {
      if (this.#told) this.#tell(this.#told);
      this.#events.picture({ ...picture, units });
      return;
    }
    const needed = this.#sets.neededFor(this.#pictureSet);
    if (!needed || (this.#hasLost && this.#setsComeAlong && !hasSets)) {
      this.#events.torn();
      return;
    }
    this.#hasLost = false;
    this.#setsComeAlong = hasSets;
    if (needed.facts !== this.#told?.facts) this.#hasBidirectional = false;
    this.#tell(needed);
    const own = units.filter((unit) => !isSet(unit));
    this.#events.picture({ ...picture, units: [...needed.units, ...own] });
  }

  #reorders({ facts }: NeededSets): boolean {
    if (facts.reordered !== undefined) return facts.reordered > 0;
    return !facts.inOrder && this.#hasBidirectional;
  }

  #tell(needed: NeededSets): void {
    const reorders = this.#reorders(needed);
    if (needed.facts === this.#told?.facts && reorders === this.#toldReorders) return;
    this.#told = needed;
    this.#toldReorders = reorders;
    const { width, height, profile, framesOnly } = needed.facts;
    const interlaced = framesOnly ? {} : { interlaced: true };
    this.#events.facts({ width, height, codec: 'H264', profile, reorders, ...interlaced });
  }
}

function isSet(unit: Buffer): boolean {
  const type = typeOf(unit);
  return type === unitType.sequenceSet || type === unitType.pictureSet;
}
