/**
 * An operator without a browser: the real protocol, real ICE, DTLS and SRTP; it counts what comes and
 * decodes nothing. It does not ask for lost packets again, so that every loss is seen.
 */
import type { ConsumerParameters, TransportParameters } from '../../../server/contract/media.ts';
import type { Tile } from '../../../server/contract/tile.ts';
import { Client } from '../client.ts';
import { LightLink } from './light-link.ts';
import { persist } from './persist.ts';
import { captureTime } from './player.ts';
import { ReceivedStream } from './received.ts';
import { isRtcp } from '../../../gateway/upload/rtp.ts';
import {
  findExtension,
  parseRtp,
  pictureLossIndication,
  readNtp,
  receiverReport,
  wallClock,
} from './rtp.ts';

/** What a light viewer can receive. */
export const rtpCapabilities = {
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
  headerExtensions: [{ kind: 'video' as const, uri: captureTime.uri, preferredId: captureTime.id }],
};
const reportInterval = 1000; // ms
/** In one receiver report (RFC 3550 §6.4.2). */
const mostBlocks = 31;

/** What has come of one consumer. */
export class ConsumedStream extends ReceivedStream {
  readonly zone: string;
  readonly consumerId: string;
  readonly producerId: string;

  constructor(consumer: ConsumerParameters, ssrc: number) {
    super(ssrc);
    this.zone = consumer.zone;
    this.consumerId = consumer.id;
    this.producerId = consumer.producerId;
  }
}

/** As it is said of one that takes H.264. */
const h264Capabilities = {
  codecs: [
    {
      ...rtpCapabilities.codecs[0]!,
      mimeType: 'video/H264',
      parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' },
    },
  ],
  headerExtensions: [],
};

export interface WatcherOptions {
  /** Takes H.264 in place of VP8, and is told each packet of it. */
  onH264?: (packet: Buffer, stream: ConsumedStream) => void;
  /** Told the ms from the sender's clock to here, of each packet of a light publisher. */
  onDelay?: (delay: number) => void;
  /** With which it signs in, where it has to. */
  headers?: Record<string, string>;
  /** Whether it connects anew and watches again when its socket was lost, as a page does. */
  reconnects?: boolean;
}

export class LightWatcher {
  readonly client: Client;
  /** By consumer id. */
  readonly streams = new Map<string, ConsumedStream>();
  /** ms as of `performance.now()` */
  askedAt = 0;
  answeredAt = 0;
  readonly #options: WatcherOptions;
  readonly #bySsrc = new Map<number, ConsumedStream>();
  readonly #reports: NodeJS.Timeout;
  #link: LightLink | undefined;
  #connecting: Promise<unknown> | undefined;
  #transport: TransportParameters | undefined;
  #tiles: Tile[] = [];
  #closed = false;

  constructor(url: string, options: WatcherOptions = {}) {
    this.client = new Client(url, undefined, {
      extraHeaders: options.headers ?? {},
      reconnection: options.reconnects ?? false,
    });
    this.#options = options;
    this.client.socket.on('producer:live', ({ consumers }: { consumers: ConsumerParameters[] }) =>
      this.#add(consumers),
    );
    this.client.socket.on('producer:gone', ({ consumerIds }: { consumerIds: string[] }) =>
      this.#remove(consumerIds),
    );
    this.client.socket.on('rejoin', () => this.#rejoin());
    this.client.socket.on('connect', () => {
      if (this.#link) this.#rejoin();
    });
    this.#reports = setInterval(() => this.#report(), reportInterval);
  }

  get link(): LightLink | undefined {
    return this.#link;
  }

  /** The server's end of it. */
  get transport(): TransportParameters | undefined {
    return this.#transport;
  }

  /** Watches these zones and no others, over the transport there is; resolves before any media. */
  async watch(zones: string | Tile[]): Promise<void> {
    this.#tiles = typeof zones === 'string' ? [largeTile(zones)] : zones;
    this.askedAt = performance.now();
    const answer = await this.client.request('watch', {
      tiles: this.#tiles,
      rtpCapabilities: this.#options.onH264 ? h264Capabilities : rtpCapabilities,
      ...(this.#transport ? { transportId: this.#transport.id } : {}),
    });
    this.answeredAt = performance.now();
    const consumers = answer.consumers;
    if (answer.transport) this.#connect(answer.transport);
    const wanted = new Set(consumers.map(({ id }) => id));
    this.#remove([...this.streams.keys()].filter((id) => !wanted.has(id)));
    this.#add(consumers);
  }

  /** Shows watched zones in another way; those not named stay as they are. */
  async view(tiles: Tile[]): Promise<void> {
    this.#tiles = this.#tiles.map((tile) => tiles.find(({ zone }) => zone === tile.zone) ?? tile);
    await this.client.request('view', { tiles });
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
  received(): { packets: number; bytes: number; lost: number; keyFrames: number } {
    const sum = { packets: 0, bytes: 0, lost: 0, keyFrames: 0 };
    for (const stream of this.streams.values()) {
      sum.packets += stream.packets;
      sum.bytes += stream.bytes;
      sum.lost += stream.lost;
      sum.keyFrames += stream.keyFrames;
    }
    return sum;
  }

  /** Whether nothing comes for so long, ms. */
  async rests(time: number): Promise<boolean> {
    const { packets } = this.received();
    await new Promise((resolve) => setTimeout(resolve, time));
    return this.received().packets === packets;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#reports);
    this.client.close();
    this.#dropLink();
  }

  #rejoin(): void {
    this.#dropLink();
    void persist(
      () => this.watch(this.#tiles),
      () => !this.#closed,
    );
  }

  #dropLink(): void {
    this.#link?.close();
    this.#link = undefined;
    this.#transport = undefined;
    this.#remove([...this.streams.keys()]);
  }

  #connect(transport: TransportParameters): void {
    this.#dropLink();
    const link = new LightLink(transport, 'receive');
    link.onPacket((packet) => this.#take(packet));
    this.#link = link;
    this.#transport = transport;
    this.#connecting = this.client.request('transport:connect', {
      transportId: transport.id,
      dtlsParameters: link.dtlsParameters,
    });
    this.#connecting.catch(() => {}); // Told by `connected()`, to those who ask.
  }

  #add(consumers: ConsumerParameters[]): void {
    const paused: string[] = [];
    for (const consumer of consumers) {
      const ssrc = consumer.rtpParameters.encodings[0]?.ssrc;
      if (ssrc === undefined || this.streams.has(consumer.id)) continue;
      const stream = new ConsumedStream(consumer, ssrc);
      this.streams.set(consumer.id, stream);
      this.#bySsrc.set(ssrc, stream);
      if (consumer.paused) paused.push(consumer.id);
    }
    if (paused.length === 0) return;
    // They may be gone before the server hears this; then there is nothing to resume.
    this.client.request('consumer:resume', { consumerIds: paused }).catch(() => {});
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
    const stream = rtp && this.#bySsrc.get(rtp.ssrc);
    if (!stream) return;
    stream.take(rtp, packet);
    this.#options.onH264?.(packet, stream);
    if (!this.#options.onDelay) return;
    const at = findExtension(packet, captureTime.id);
    if (at !== undefined) this.#options.onDelay(wallClock() - readNtp(packet, at));
  }

  #report(): void {
    const blocks = [...this.streams.values()].flatMap((stream) => stream.report() ?? []);
    for (let at = 0; at < blocks.length; at += mostBlocks) {
      this.#link?.send(receiverReport(blocks.slice(at, at + mostBlocks)));
    }
  }
}

/** A tile that wants the top layer. */
function largeTile(zone: string): Tile {
  return { zone, width: 1920, height: 1080, visible: true, focused: true };
}
