/** The sound of one session: packets in any order in, coded pieces that can be sent out. Its faults are its own. */
import { messageOf } from '../../server/contract/errors.ts';
import { parseRtp } from '../rtp/packet.ts';
import type { StreamFormat } from '../rtp/depacketizer.ts';
import { ReorderBuffer } from '../rtp/reorder.ts';
import { Reception } from '../rtp/rtcp.ts';
import type { FfmpegHere } from '../transcoder/ffmpeg.ts';
import type { SoundDepacketizer, SoundUnit } from './depacketizer.ts';
import type { KnownSound } from './known-sounds.ts';
import { OpusEncoder } from './opus-encoder.ts';
import type { Sound } from './sound.ts';
import type { SoundTimeline } from './sound-timeline.ts';

export interface SoundEvents {
  sound(sound: Sound): void;
  /** Why nothing of it comes, in words; undefined when it does. */
  missing(what: string | undefined): void;
}

/** Nothing of it for so long, ms. */
const silent = 5000;
const longestReason = 200;

export class SoundReceiver {
  readonly reception: Reception;
  readonly #format: StreamFormat;
  readonly #timeline: SoundTimeline;
  readonly #events: SoundEvents;
  readonly #depacketizer: SoundDepacketizer;
  readonly #order: ReorderBuffer;
  readonly #encoder: OpusEncoder | undefined;
  /** When it came last, or was to begin. */
  #lastAt = performance.now();
  #isMissing = false;
  /** Nothing of it is taken any more. */
  #isOver = false;

  constructor(
    format: StreamFormat,
    { open, aac }: KnownSound,
    ffmpeg: FfmpegHere,
    timeline: SoundTimeline,
    events: SoundEvents,
  ) {
    this.#format = format;
    this.#timeline = timeline;
    this.#events = events;
    this.reception = new Reception(format.clockRate);
    timeline.beginAnew();
    if (aac && !('missing' in ffmpeg)) {
      this.#encoder = new OpusEncoder(ffmpeg.command, aac, format.clockRate, {
        sound: (sound) => this.#give(sound),
        failed: (reason) => this.#giveUp(`AAC could not be made Opus: ${reason}`),
      });
    }
    this.#depacketizer = open(format, {
      unit: (unit) => this.#take(unit),
      unusable: (what) => this.#giveUp(what),
    });
    this.#order = new ReorderBuffer({
      packet: (packet) => this.#depacketizer.packet(packet),
      lost: () => this.#depacketizer.lost(),
    });
  }

  rtp(data: Buffer, cameAt: number): void {
    if (this.#isOver) return;
    try {
      const packet = parseRtp(data, cameAt);
      if (packet?.payloadType !== this.#format.payloadType) return;
      this.reception.packet(packet);
      this.#order.push(packet);
    } catch (error) {
      this.#giveUp(`it could not be understood: ${messageOf(error)}`);
    }
  }

  rtcp(data: Buffer, cameAt: number): void {
    // Its end is told by nothing coming any more.
    this.reception.read(data, cameAt, { goodbye: () => {} });
  }

  /** Looks whether it comes. @param now ms */
  look(now: number): void {
    if (this.#isOver || this.#isMissing || now - this.#lastAt < silent) return;
    this.#isMissing = true;
    this.#events.missing('the camera offers it, and nothing of it comes');
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#encoder?.close();
  }

  #take({ payload, timestamp: raw, cameAt }: SoundUnit): void {
    const timestamp = this.#timeline.place(raw, cameAt, this.#format.clockRate);
    if (timestamp === undefined) return;
    const sound = { payload, timestamp, cameAt };
    if (this.#encoder) this.#encoder.take(sound);
    else this.#give(sound);
  }

  #give(sound: Sound): void {
    if (this.#isOver) return;
    this.#lastAt = performance.now();
    if (this.#isMissing) {
      this.#isMissing = false;
      this.#events.missing(undefined);
    }
    this.#events.sound(sound);
  }

  #giveUp(what: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#encoder?.close();
    this.#events.missing(what.slice(0, longestReason));
  }
}
