/**
 * A camera without a browser: the real protocol, real ICE, DTLS and SRTP, and a clip replayed as VP8
 * simulcast. Like libvpx, it answers a request for a key frame on any layer with one on all of them,
 * by jumping to the clip's beginning. One costs about 1 % of a core at 30 frames/s.
 */
import { randomInt } from 'node:crypto';
import type { TransportParameters } from '../../../server/contract/media.ts';
import { Client } from '../client.ts';
import type { Clip } from './clip.ts';
import { MediaLink } from './media-link.ts';
import {
  isRtcp,
  keyFrameRequests,
  rtpHeaderLength,
  senderReport,
  wallClock,
  writeRtp,
  type Sent,
} from './rtp.ts';
import { parseVp8 } from './vp8.ts';

const payloadType = 96;
const clockRate = 90_000; // Hz
const captureTimeId = 10;
const captureTimeUri = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';
const reportInterval = 1000; // ms
/** Browsers make no two key frames within this time, ms. */
const keyFrameInterval = 300;
/** A process that was held up for longer goes on from there, instead of sending all at once, ms. */
const longestDelay = 500;

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

export class LightPublisher {
  readonly client: Client;
  /** Smallest first. */
  readonly layers: SentLayer[];
  /** Key frames that were asked for, whether or not one was made. */
  requests = 0;
  producerId = '';
  readonly #clip: Clip;
  readonly #zone: string;
  #link: MediaLink | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reports: NodeJS.Timeout | undefined;
  /** Frames since the beginning, sent or not. */
  #frame = 0;
  /** Where in the clip the next frame is. */
  #position = 0;
  #begun = 0;
  #lastKeyFrame = 0;
  readonly #scratch = Buffer.alloc(1500);

  private constructor(url: string, zone: string, clip: Clip) {
    this.client = new Client(url);
    this.#zone = zone;
    this.#clip = clip;
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
    this.client.socket.on('rejoin', () => void this.#publish());
  }

  /** Publishes in a zone; resolves when packets are being sent. */
  static async start(url: string, zone: string, clip: Clip): Promise<LightPublisher> {
    const publisher = new LightPublisher(url, zone, clip);
    try {
      await publisher.#publish();
      return publisher;
    } catch (error) {
      publisher.close();
      throw error;
    }
  }

  /** @param active by layer, smallest first; a layer that wakes begins with a key frame */
  setActiveLayers(active: boolean[]): void {
    let wakes = false;
    for (const [index, layer] of this.layers.entries()) {
      const now = active[index] ?? false;
      wakes ||= now && !layer.active;
      layer.active = now;
    }
    if (wakes) this.#jump();
  }

  close(): void {
    this.#stop();
    this.client.close();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#reports);
    this.#link?.close();
    this.#link = undefined;
  }

  async #publish(): Promise<void> {
    this.#stop();
    const claimed = await this.client.request('claim', { zone: this.#zone, label: 'clip' });
    if (!claimed.transport) throw new Error('the server gave no transport');
    const link = new MediaLink(claimed.transport as TransportParameters, 'send');
    this.#link = link;
    link.onPacket((packet) => this.#take(packet));
    const published = await this.client.request('publish', {
      transportId: (claimed.transport as TransportParameters).id,
      dtlsParameters: link.dtlsParameters,
      kind: 'video',
      rtpParameters: this.#rtpParameters(),
    });
    this.producerId = published.producerId as string;
    await link.connected();
    this.#begun = wallClock() - (this.#frame * 1000) / this.#clip.frameRate;
    this.#jump();
    this.#reports = setInterval(() => this.#report(), reportInterval);
    this.#play();
    this.#report();
  }

  #rtpParameters() {
    return {
      mid: '0',
      codecs: [
        {
          mimeType: 'video/VP8',
          payloadType,
          clockRate,
          rtcpFeedback: [
            { type: 'nack', parameter: 'pli' },
            { type: 'ccm', parameter: 'fir' },
          ],
        },
      ],
      headerExtensions: [{ uri: captureTimeUri, id: captureTimeId }],
      encodings: this.layers.map(({ ssrc }) => ({
        ssrc,
        scalabilityMode: this.#clip.scalabilityMode,
      })),
      rtcp: { cname: 'clip', reducedSize: true },
    };
  }

  #take(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    const asked = keyFrameRequests(packet);
    if (asked.length === 0) return;
    this.requests += asked.length;
    if (wallClock() - this.#lastKeyFrame >= keyFrameInterval) this.#jump();
  }

  /** The next frame is a key frame, on every layer. */
  #jump(): void {
    this.#position = 0;
  }

  #play(): void {
    const interval = 1000 / this.#clip.frameRate;
    const now = wallClock();
    if (now - this.#due() > longestDelay) this.#begun = now - this.#frame * interval;
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
    if (jumped) this.#lastKeyFrame = wallClock();
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
      writeRtp(this.#scratch, header, { extension: captureTimeId, at: wallClock() });
      payload.copy(this.#scratch, rtpHeaderLength);
      const packet = this.#scratch.subarray(0, rtpHeaderLength + payload.length);
      this.#renumber(layer, packet, jumped);
      if (!this.#link?.send(packet)) continue;
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
      if (layer.active) this.#link?.send(senderReport(layer, this.#due(), this.#timestamp()));
    }
  }
}
