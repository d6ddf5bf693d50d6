/** One stream of video: packets in any order in, pictures that can be decoded out. */
import type { StreamFacts, Picture } from '../video/picture.ts';
import { Cadence } from './cadence.ts';
import type { CodedPicture, Depacketizer, PictureFacts, StreamFormat } from './depacketizer.ts';
import type { OpenDepacketizer } from './depacketizer.ts';
import { parseRtp } from './packet.ts';
import { ReorderBuffer } from './reorder.ts';
import { Reception } from './rtcp.ts';
import type { Timeline } from './timeline.ts';

export interface VideoEvents {
  facts(facts: StreamFacts): void;
  picture(picture: Picture): void;
  /** Pictures are missing; nothing comes before the next key picture. */
  torn(): void;
  /** A picture has come that is of no use before the next key picture; told of each. */
  awaitsKey?(): void;
  goodbye(): void;
  /** Nothing can be made of it; in words. */
  unusable(what: string): void;
}

/** Measured figures are told anew when they have changed by so much. */
const notable = 0.1;

export class VideoReceiver {
  /** RTP packets so far. */
  packets = 0;
  /** When the last whole picture came, whether or not it can be decoded; ms of `performance.now()`. */
  lastWhole: number | undefined;
  /** When the last picture was given on. */
  lastPicture: number | undefined;
  readonly reception: Reception;
  readonly #format: StreamFormat;
  readonly #timeline: Timeline;
  readonly #events: VideoEvents;
  readonly #depacketizer: Depacketizer;
  readonly #order: ReorderBuffer;
  readonly #cadence = new Cadence();
  #facts: PictureFacts | undefined;
  #told: StreamFacts | undefined;
  #waitsForKey = true;
  #lastTimestamp = -Infinity;

  constructor(
    format: StreamFormat,
    open: OpenDepacketizer,
    timeline: Timeline,
    events: VideoEvents,
  ) {
    this.#format = format;
    this.#timeline = timeline;
    this.#events = events;
    this.reception = new Reception(format.clockRate);
    timeline.beginAnew();
    this.#depacketizer = open(format, {
      facts: (facts) => this.#change(facts),
      picture: (picture) => this.#take(picture),
      torn: () => this.#tear(),
      unusable: (what) => events.unusable(what),
    });
    this.#order = new ReorderBuffer({
      packet: (packet) => this.#depacketizer.packet(packet),
      lost: () => this.#depacketizer.lost(),
    });
  }

  /** Between pictures, ms. */
  get interval(): number | undefined {
    return this.#cadence.interval;
  }

  get keyInterval(): number | undefined {
    return this.#cadence.keyInterval;
  }

  rtp(data: Buffer, cameAt: number): void {
    const packet = parseRtp(data, cameAt);
    if (packet?.payloadType !== this.#format.payloadType) return;
    this.packets += 1;
    this.reception.packet(packet);
    this.#order.push(packet);
  }

  rtcp(data: Buffer, cameAt: number): void {
    this.reception.read(data, cameAt, this.#events);
  }

  #change(facts: PictureFacts): void {
    this.#facts = facts;
    this.#tell();
  }

  #take({ units, isKey, timestamp: raw, cameAt }: CodedPicture): void {
    this.lastWhole = cameAt;
    if (this.#waitsForKey && !isKey) return this.#events.awaitsKey?.();
    this.#waitsForKey = false;
    const placed = this.#timeline.place(raw, cameAt, this.#format.clockRate);
    const rises = this.#facts?.reorders === true || placed > this.#lastTimestamp;
    const timestamp = rises ? placed : this.#lastTimestamp + 1;
    this.#lastTimestamp = timestamp;
    this.lastPicture = cameAt;
    this.#cadence.take(timestamp, isKey);
    if (isKey || this.#told?.frameRate === undefined) this.#tellFigures();
    this.#events.picture({ units, isKey, timestamp, cameAt });
  }

  #tear(): void {
    this.#cadence.interrupt();
    const first = !this.#waitsForKey;
    this.#waitsForKey = true;
    if (first) this.#events.torn();
  }

  #tellFigures(): void {
    const { frameRate, keyInterval } = this.#cadence;
    const differ = (was = 0, is = was): boolean => Math.abs(is - was) > notable * was;
    if (differ(this.#told?.frameRate, frameRate) || differ(this.#told?.keyInterval, keyInterval)) {
      this.#tell();
    }
  }

  #tell(): void {
    if (!this.#facts) return;
    this.#told = {
      ...this.#facts,
      frameRate: this.#cadence.frameRate ?? this.#told?.frameRate,
      keyInterval: this.#cadence.keyInterval ?? this.#told?.keyInterval,
    };
    this.#events.facts(this.#told);
  }
}
