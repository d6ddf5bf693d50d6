/**
 * Plays a clip as RTP, in a loop, to whatever sends it. Like libvpx, it answers a request for a key
 * frame on any layer with one on all of them, by jumping to the clip's beginning.
 */
import { randomInt } from 'node:crypto';
import type { Clip } from './clip.ts';
import { senderReport, type Sent } from '../../../gateway/upload/rtcp.ts';
import { rtpHeaderLength, wallClock, writeRtp } from './rtp.ts';
import { parseVp8 } from './vp8.ts';

export const payloadType = 96;
export const clockRate = 90_000; // Hz
export const captureTime = {
  uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  id: 10,
};
const reportInterval = 1000; // ms
/** Browsers pass over a request for a key frame so soon after the last that they heard, on any layer; ms. */
const requestInterval = 300;
/** Held up for longer, it leaves frames out, as a camera would, instead of sending them all at once; ms. */
const longestDelay = 100;

/** What is sent of one layer. */
export interface SentLayer extends Sent {
  readonly width: number;
  readonly height: number;
  active: boolean;
  keyFrames: number;
  sequence: number;
  pictureId: number;
  /** Added to the clip's TL0PICIDX, so that it goes on over jumps. */
  tl0Offset: number;
  tl0Last: number;
}

export class ClipPlayer {
  /** Smallest first. */
  readonly layers: SentLayer[];
  readonly #clip: Clip;
  readonly #send: (packet: Buffer) => boolean;
  #timer: NodeJS.Timeout | undefined;
  #reports: NodeJS.Timeout | undefined;
  /** Frames since the beginning, sent or not. */
  #frame = 0;
  /** Where in the clip the next frame is. */
  #position = 0;
  #begun = 0;
  #lastRequest = 0;
  readonly #scratch = Buffer.alloc(1500);

  /** @param send takes an RTP or RTCP packet, which it must not keep; false when it was not sent */
  constructor(clip: Clip, send: (packet: Buffer) => boolean) {
    this.#clip = clip;
    this.#send = send;
    this.layers = clip.layers.map(({ width, height }) => ({
      ssrc: randomInt(1, 2 ** 32 - 1),
      width,
      height,
      active: true,
      packets: 0,
      bytes: 0,
      keyFrames: 0,
      sequence: randomInt(2 ** 15),
      pictureId: randomInt(2 ** 15),
      tl0Offset: 0,
      tl0Last: 0,
    }));
  }

  /** Begins, or goes on, with a key frame. */
  start(): void {
    this.stop();
    this.#begun = wallClock() - (this.#frame * 1000) / this.#clip.frameRate;
    this.#position = 0;
    this.#reports = setInterval(() => this.#report(), reportInterval);
    this.#play();
    this.#report();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#reports);
  }

  /** The next frame is a key frame, unless one was asked for just now. */
  requestKeyFrame(): void {
    const now = wallClock();
    if (now - this.#lastRequest < requestInterval) return;
    this.#lastRequest = now;
    this.#position = 0;
  }

  /** @param active by layer, smallest first; a layer that wakes begins with a key frame */
  setActiveLayers(active: boolean[]): void {
    for (const [index, layer] of this.layers.entries()) {
      const now = active[index] ?? false;
      if (now && !layer.active) this.#position = 0;
      layer.active = now;
    }
  }

  #play(): void {
    const interval = 1000 / this.#clip.frameRate;
    const now = wallClock();
    const late = now - this.#due();
    // Whole frames, so that cameras which were held up together do not send together from then on.
    if (late > longestDelay) this.#frame += Math.floor(late / interval);
    while (this.#due() <= now) {
      this.#sendFrame();
      this.#frame += 1;
    }
    this.#timer = setTimeout(() => this.#play(), Math.max(0, this.#due() - wallClock()));
  }

  #due(): number {
    return this.#begun + (this.#frame * 1000) / this.#clip.frameRate;
  }

  #timestamp(): number {
    return Math.round((this.#frame * clockRate) / this.#clip.frameRate) >>> 0;
  }

  #sendFrame(): void {
    const jumped = this.#position === 0;
    for (const [index, layer] of this.layers.entries()) {
      const packets = this.#clip.layers[index]?.frames[this.#position] ?? [];
      if (layer.active) this.#sendLayer(layer, packets, jumped);
    }
    this.#position = (this.#position + 1) % (this.#clip.layers[0]?.frames.length ?? 1);
  }

  #sendLayer(layer: SentLayer, packets: Buffer[], jumped: boolean): void {
    if (packets.length > 0) layer.pictureId = (layer.pictureId + 1) & 0x7fff;
    for (const [index, payload] of packets.entries()) {
      layer.sequence = (layer.sequence + 1) & 0xffff;
      const header = {
        marker: index === packets.length - 1,
        payloadType,
        sequence: layer.sequence,
        timestamp: this.#timestamp(),
        ssrc: layer.ssrc,
      };
      writeRtp(this.#scratch, header, { extension: captureTime.id, at: wallClock() });
      payload.copy(this.#scratch, rtpHeaderLength);
      const packet = this.#scratch.subarray(0, rtpHeaderLength + payload.length);
      this.#renumber(layer, packet, jumped);
      if (!this.#send(packet)) continue;
      layer.packets += 1;
      layer.bytes += payload.length;
    }
  }

  /** Gives a packet the picture numbers that follow from what was sent before, not the clip's. */
  #renumber(layer: SentLayer, packet: Buffer, jumped: boolean): void {
    const vp8 = parseVp8(packet, rtpHeaderLength);
    if (vp8?.startsKeyFrame) layer.keyFrames += 1;
    if (vp8?.pictureIdAt !== undefined) {
      packet.writeUInt16BE(0x8000 | layer.pictureId, vp8.pictureIdAt);
    }
    if (vp8?.tl0PicIdxAt === undefined) return;
    const recorded = packet[vp8.tl0PicIdxAt] ?? 0;
    if (jumped && vp8.startsFrame) layer.tl0Offset = layer.tl0Last + 1 - recorded;
    layer.tl0Last = (recorded + layer.tl0Offset) & 0xff;
    packet[vp8.tl0PicIdxAt] = layer.tl0Last;
  }

  /** Tells how each layer's RTP clock relates to the time, without which layers cannot be switched. */
  #report(): void {
    for (const layer of this.layers) {
      if (layer.active) this.#send(senderReport(layer, this.#due(), this.#timestamp()));
    }
  }
}
