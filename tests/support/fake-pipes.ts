/** Pipes between nodes in memory: what is asked of them is kept, and what happens to them is said by the test. */
import type { SpatialLayer } from '../../server/contract/layers.ts';
import type { PipedTrack, PipeEnd } from '../../server/contract/pipe.ts';
import type { ZoneId } from '../../server/contract/zone.ts';
import type {
  Arrivals,
  PipeIn,
  PipeOut,
  PipePlane,
  StreamArrivals,
} from '../../server/media/plane.ts';
import { Channel, type ChannelWay } from '../../server/cluster/wire/channel.ts';
import type { Producer } from '../../server/zones/producer.ts';
import { FakeProducer } from './fake-zone.ts';

let made = 0;

function anyEnd(): PipeEnd {
  return {
    ip: '127.0.0.1',
    port: 10_000 + (made += 1),
    srtpParameters: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: `${'A'.repeat(59)}=` },
  };
}

export class FakePipes implements PipePlane {
  readonly outs: FakePipeOut[] = [];
  readonly ins: FakePipeIn[] = [];
  /** What `open` and `take` fail with from now on. */
  failure: Error | undefined;

  async open(producer: Producer): Promise<FakePipeOut> {
    if (this.failure) throw this.failure;
    const out = new FakePipeOut(producer);
    this.outs.push(out);
    return out;
  }

  async take(_zone: ZoneId, track: PipedTrack): Promise<FakePipeIn> {
    if (this.failure) throw this.failure;
    const pipe = new FakePipeIn(track);
    this.ins.push(pipe);
    return pipe;
  }
}

export class FakePipeOut implements PipeOut {
  readonly track: PipedTrack;
  readonly end = anyEnd();
  closed = false;
  far: PipeEnd | undefined;
  /** What it was to carry, one after another. */
  readonly carried: (SpatialLayer | null)[] = [];
  keyFrames = 0;
  /** How often it was to begin anew. */
  afresh = 0;
  bytes = 0;
  again = 0;
  /** Bytes that came from the other end. */
  reports = 0;
  readonly #listeners: (() => void)[] = [];

  constructor({ kind, layers }: Producer) {
    this.track = {
      ...{ id: `track-${(made += 1)}`, kind },
      rtpParameters: {
        codecs: [{ mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 }],
        encodings: [{ ssrc: 1 }],
      },
      layers: { count: layers.count, sizes: layers.sizes && [...layers.sizes] },
    };
  }

  get connected(): boolean {
    return this.far !== undefined && !this.closed;
  }

  async connect(far: PipeEnd): Promise<void> {
    this.far = far;
  }

  async carry(highest: SpatialLayer | null, afresh = false): Promise<void> {
    if (afresh) this.afresh += 1;
    if (this.carried.at(-1) !== highest) this.carried.push(highest);
  }

  async requestKeyFrame(): Promise<void> {
    this.keyFrames += 1;
  }

  async sent(): Promise<{ bytes: number; again: number }> {
    return { bytes: this.bytes, again: this.again };
  }

  async heard(): Promise<number> {
    return this.reports;
  }

  whenClosed(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const listener of this.#listeners) listener();
  }
}

export class FakePipeIn implements PipeIn {
  readonly end = anyEnd();
  readonly producer: FakeProducer;
  closed = false;
  bytes = 0;
  /** Bytes that were sent to the other end. */
  reports = 0;
  /** In place of `bytes`, where it is said. */
  streams: StreamArrivals[] | undefined;
  /** The layers of which packets come. */
  readonly coming = new Set<SpatialLayer>();
  /** The highest layers that viewers were led to, one after another. */
  readonly limits: SpatialLayer[] = [];
  onKeyFrame: (layer: SpatialLayer) => void = () => {};
  onOpened: () => void = () => {};
  onLost: () => void = () => {};

  constructor({ kind, layers: { count, sizes } }: PipedTrack) {
    const any = { width: 16, height: 9 };
    this.producer = new FakeProducer(kind, sizes ?? Array.from({ length: count }, () => any));
  }

  comes(layer: SpatialLayer): boolean {
    return this.coming.has(layer);
  }

  async arrivals(): Promise<Arrivals> {
    const { bytes } = this;
    const streams = this.streams ?? [{ bytes, packets: bytes, askedAgain: 0, cameAgain: 0 }];
    return { streams, roundTrip: undefined };
  }

  async said(): Promise<number> {
    return this.reports;
  }

  limitTo(highest: SpatialLayer): void {
    this.limits.push(highest);
    this.producer.limit.set(highest);
  }

  close(): void {
    this.closed = true;
  }
}

/** One end of a channel in memory, of which is kept what was said. */
export class ChannelInMemory extends Channel {
  readonly #way: WayInMemory;

  constructor(way = new WayInMemory()) {
    super(way);
    this.#way = way;
  }

  /** All that was said here. */
  get said(): readonly { readonly type: string }[] {
    return this.#way.said;
  }

  /** How many messages were not understood here. */
  get ignored(): number {
    return this.#way.ignored;
  }

  /** Whether what is said here is heard there. */
  set cut(cut: boolean) {
    this.#way.cut = cut;
  }

  /** What a message becomes on its way. */
  set alter(alter: (message: unknown) => unknown) {
    this.#way.alter = alter;
  }

  leadTo(other: Channel): void {
    this.#way.other = other;
  }
}

/** What is said at one end is heard at the other, a moment later. */
class WayInMemory implements ChannelWay {
  readonly said: { readonly type: string }[] = [];
  ignored = 0;
  cut = false;
  other: Channel | undefined;
  alter = (message: unknown): unknown => message;

  readonly send = (message: unknown): void => {
    const copy: unknown = JSON.parse(JSON.stringify(message));
    this.said.push(copy as { type: string });
    if (!this.cut) queueMicrotask(() => this.other?.heard(this.alter(copy)));
  };
  readonly shut = (): void => queueMicrotask(() => this.other?.ended('shut'));
  readonly onUnknown = (): void => void (this.ignored += 1);
}

/** Two ends of a channel in memory. */
export function pipeChannels(): [ChannelInMemory, ChannelInMemory] {
  const ends: [ChannelInMemory, ChannelInMemory] = [new ChannelInMemory(), new ChannelInMemory()];
  ends[0].leadTo(ends[1]);
  ends[1].leadTo(ends[0]);
  return ends;
}
