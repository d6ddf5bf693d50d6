/**
 * An operator without a browser: the real protocol, real ICE, DTLS and SRTP; it counts what comes and
 * decodes nothing. It does not ask for lost packets again, so that every loss is seen.
 */
import type { ConsumerParameters, TransportParameters } from '../../../server/contract/media.ts';
import { Client } from '../client.ts';
import { MediaLink } from './media-link.ts';
import {
  findExtension,
  isRtcp,
  parseRtp,
  pictureLossIndication,
  readNtp,
  receiverReport,
  wallClock,
} from './rtp.ts';
import { parseVp8 } from './vp8.ts';

const captureTime = {
  uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  preferredId: 10,
};
const rtpCapabilities = {
  codecs: [
    {
      kind: 'video' as const,
      mimeType: 'video/VP8',
      preferredPayloadType: 96,
      clockRate: 90000,
      rtcpFeedback: [
        { type: 'nack', parameter: 'pli' },
        { type: 'ccm', parameter: 'fir' },
      ],
    },
  ],
  headerExtensions: [{ kind: 'video' as const, ...captureTime }],
};
const reportInterval = 1000; // ms

/** What has come of one consumer. */
export interface ReceivedStream {
  readonly consumerId: string;
  readonly producerId: string;
  readonly ssrc: number;
  packets: number;
  /** Of whole RTP packets, decrypted. */
  bytes: number;
  /** Packets missing in the sequence so far. */
  lost: number;
  keyFrames: number;
  /** px, of the last key frame: it tells which layer comes */
  width: number;
  height: number;
  /** ms as of `performance.now()` */
  firstKeyFrameAt: number | undefined;
  lastPacketAt: number | undefined;
}

interface Sequence {
  first: number;
  highest: number;
  reported: { expected: number; lost: number };
}

export interface WatcherOptions {
  /** Told the ms from the sender's clock to here, of each packet of a light publisher. */
  onDelay?: (delay: number) => void;
}

export class LightWatcher {
  readonly client: Client;
  /** By consumer id. */
  readonly streams = new Map<string, ReceivedStream>();
  /** ms as of `performance.now()` */
  askedAt = 0;
  answeredAt = 0;
  readonly #options: WatcherOptions;
  readonly #bySsrc = new Map<number, { stream: ReceivedStream; sequence: Sequence }>();
  readonly #reports: NodeJS.Timeout;
  #link: MediaLink | undefined;
  #connecting: Promise<unknown> | undefined;
  #transportId: string | undefined;
  #zone = '';

  constructor(url: string, options: WatcherOptions = {}) {
    this.client = new Client(url);
    this.#options = options;
    this.client.socket.on('producer:live', ({ consumers }: { consumers: ConsumerParameters[] }) =>
      this.#add(consumers),
    );
    this.client.socket.on('producer:gone', ({ consumerIds }: { consumerIds: string[] }) =>
      this.#remove(consumerIds),
    );
    this.client.socket.on('rejoin', () => {
      this.#dropLink();
      void this.watch(this.#zone);
    });
    this.#reports = setInterval(() => this.#report(), reportInterval);
  }

  get link(): MediaLink | undefined {
    return this.#link;
  }

  /** Watches a zone, over the transport there is; resolves with the answer, before any media. */
  async watch(zone: string): Promise<void> {
    this.#zone = zone;
    this.askedAt = performance.now();
    const answer = await this.client.request('watch', {
      zone,
      rtpCapabilities,
      ...(this.#transportId === undefined ? {} : { transportId: this.#transportId }),
    });
    this.answeredAt = performance.now();
    const consumers = answer.consumers as ConsumerParameters[];
    if (answer.transport) this.#connect(answer.transport as TransportParameters);
    const wanted = new Set(consumers.map(({ id }) => id));
    this.#remove([...this.streams.keys()].filter((id) => !wanted.has(id)));
    this.#add(consumers);
  }

  /** Resolves when media can come. */
  async connected(): Promise<void> {
    await this.#connecting;
    await this.#link?.connected();
  }

  /** Asks the server for a key frame of every stream. */
  requestKeyFrame(): void {
    for (const ssrc of this.#bySsrc.keys()) this.#link?.send(pictureLossIndication(ssrc));
  }

  /** The sums over all streams. */
  received(): Pick<ReceivedStream, 'packets' | 'bytes' | 'lost' | 'keyFrames'> {
    const sum = { packets: 0, bytes: 0, lost: 0, keyFrames: 0 };
    for (const stream of this.streams.values()) {
      sum.packets += stream.packets;
      sum.bytes += stream.bytes;
      sum.lost += stream.lost;
      sum.keyFrames += stream.keyFrames;
    }
    return sum;
  }

  close(): void {
    clearInterval(this.#reports);
    this.client.close();
    this.#dropLink();
  }

  #dropLink(): void {
    this.#link?.close();
    this.#link = undefined;
    this.#transportId = undefined;
    this.#remove([...this.streams.keys()]);
  }

  #connect(transport: TransportParameters): void {
    this.#dropLink();
    const link = new MediaLink(transport, 'receive');
    link.onPacket((packet) => this.#take(packet));
    this.#link = link;
    this.#transportId = transport.id;
    this.#connecting = this.client.request('transport:connect', {
      transportId: transport.id,
      dtlsParameters: link.dtlsParameters,
    });
    this.#connecting.catch(() => {}); // Told by `connected()`, to those who ask.
  }

  #add(consumers: ConsumerParameters[]): void {
    for (const { id, producerId, rtpParameters, paused } of consumers) {
      const ssrc = rtpParameters.encodings[0]?.ssrc;
      if (ssrc === undefined || this.streams.has(id)) continue;
      const stream: ReceivedStream = {
        consumerId: id,
        producerId,
        ssrc,
        packets: 0,
        bytes: 0,
        lost: 0,
        keyFrames: 0,
        width: 0,
        height: 0,
        firstKeyFrameAt: undefined,
        lastPacketAt: undefined,
      };
      this.streams.set(id, stream);
      this.#bySsrc.set(ssrc, {
        stream,
        sequence: { first: -1, highest: -1, reported: { expected: 0, lost: 0 } },
      });
      // It may be gone before the server hears this; then there is nothing to resume.
      if (paused) this.client.request('consumer:resume', { consumerId: id }).catch(() => {});
    }
  }

  #remove(consumerIds: string[]): void {
    for (const id of consumerIds) {
      const stream = this.streams.get(id);
      if (stream) this.#bySsrc.delete(stream.ssrc);
      this.streams.delete(id);
    }
  }

  #take(packet: Buffer): void {
    if (isRtcp(packet)) return;
    const rtp = parseRtp(packet);
    const entry = rtp && this.#bySsrc.get(rtp.ssrc);
    if (!entry) return;
    const { stream, sequence } = entry;
    stream.packets += 1;
    stream.bytes += packet.length;
    stream.lastPacketAt = performance.now();
    count(sequence, rtp.sequence);
    stream.lost = sequence.highest - sequence.first + 1 - stream.packets;
    const vp8 = parseVp8(packet, rtp.payloadAt);
    if (vp8?.startsKeyFrame) {
      stream.keyFrames += 1;
      stream.firstKeyFrameAt ??= stream.lastPacketAt;
      stream.width = vp8.width ?? 0;
      stream.height = vp8.height ?? 0;
    }
    if (!this.#options.onDelay) return;
    const at = findExtension(packet, captureTime.preferredId);
    if (at !== undefined) this.#options.onDelay(wallClock() - readNtp(packet, at));
  }

  #report(): void {
    const blocks = [...this.#bySsrc.values()]
      .filter(({ sequence }) => sequence.first >= 0)
      .map(({ stream, sequence }) => {
        const expected = sequence.highest - sequence.first + 1;
        const since = expected - sequence.reported.expected;
        const fractionLost = since > 0 ? (stream.lost - sequence.reported.lost) / since : 0;
        sequence.reported = { expected, lost: stream.lost };
        return {
          ssrc: stream.ssrc,
          fractionLost: Math.max(0, fractionLost),
          lost: stream.lost,
          highestSequence: sequence.highest,
        };
      });
    for (let at = 0; at < blocks.length; at += 31) {
      this.#link?.send(receiverReport(blocks.slice(at, at + 31)));
    }
  }
}

/** Keeps the sequence number's extension to more than 16 bits (RFC 3550 appendix A.1). */
function count(sequence: Sequence, number: number): void {
  if (sequence.first < 0) {
    sequence.first = number;
    sequence.highest = number;
    return;
  }
  const step = (number - sequence.highest) & 0xffff;
  if (step < 0x8000) sequence.highest += step;
}
