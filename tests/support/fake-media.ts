/** The SFU in memory: what signalling asks of it is kept, and what happens to it is said by the test. */
import type { CameraRtpParameters } from '../../server/contract/camera-media.ts';
import {
  halvedSizes,
  type SpatialLayer,
  type StatedCapture,
} from '../../server/contract/layers.ts';
import type {
  ConsumerParameters,
  IceParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  TransportParameters,
} from '../../server/contract/media.ts';
import type { ZoneId } from '../../server/contract/zone.ts';
import type {
  CameraConnection,
  Consumer,
  MediaPlane,
  View,
  ViewerConnection,
} from '../../server/media/plane.ts';
import type { Received } from '../../server/zones/camera.ts';
import type { Producer } from '../../server/zones/producer.ts';
import { FakePipes } from './fake-pipes.ts';
import { FakeProducer } from './fake-zone.ts';

let made = 0;
const id = (kind: string): string => `${kind}-${(made += 1)}`;

export class FakePlane implements MediaPlane {
  readonly usesOfferedNumbers = true;
  readonly tellsByPayloadType: boolean = true;
  /** All that were opened, the first one first. */
  readonly cameras: FakeConnection[] = [];
  readonly viewers: FakeConnection[] = [];
  readonly forgotten: ZoneId[] = [];
  readonly pipes = new FakePipes();

  async openForCamera(_zone: ZoneId, most: number): Promise<FakeConnection> {
    const connection = new FakeConnection();
    connection.limits.push(most);
    this.cameras.push(connection);
    return connection;
  }

  async openForViewer(): Promise<FakeConnection> {
    const connection = new FakeConnection();
    this.viewers.push(connection);
    return connection;
  }

  landingOfCamera(): number {
    return 0;
  }

  landingOfViewer(): number {
    return 0;
  }

  producerOf(): string | undefined {
    return undefined;
  }

  forget(zone: ZoneId): void {
    this.forgotten.push(zone);
  }

  pipesAt(): FakePipes {
    return this.pipes;
  }
}

export class FakeConnection implements CameraConnection, ViewerConnection {
  readonly id = id('transport');
  readonly workerNumber = 0;
  closed = false;
  connected = false;
  onConnected: () => void = () => {};
  onLost: (reason: 'worker-died' | 'dtls-closed') => void = () => {};
  onHeard: (isHeard: boolean) => void = () => {};
  /** Most that its client was asked to send, bit/s. */
  readonly limits: number[] = [];
  readonly producers: FakeProducer[] = [];
  readonly consumers: FakeConsumer[] = [];
  /** What `consume` fails with from now on. */
  failure: Error | undefined;
  readonly #received = { media: 0, any: 0 };
  readonly #listeners: (() => void)[] = [];

  whenClosed(listener: () => void): void {
    this.#listeners.push(listener);
  }

  parametersFor(): TransportParameters {
    const iceParameters = { usernameFragment: 'u', password: 'p' };
    const dtlsParameters = { fingerprints: [] };
    return { id: this.id, iceParameters, iceCandidates: [], dtlsParameters, iceServers: [] };
  }

  async connect(): Promise<void> {
    this.up();
  }

  /** Its DTLS is up. */
  up(): void {
    if (this.connected) return;
    this.connected = true;
    this.onConnected();
  }

  async restartIce(): Promise<IceParameters> {
    return { usernameFragment: 'u', password: 'p' };
  }

  async produce(
    kind: MediaKind,
    { encodings }: CameraRtpParameters,
    capture: StatedCapture = { width: 1280, height: 720 },
  ): Promise<Producer> {
    const sizes = capture.layers ?? halvedSizes(capture, encodings.length);
    const producer = new FakeProducer(kind, sizes);
    this.producers.push(producer);
    return producer;
  }

  async consume(
    producer: Producer,
    _rtpCapabilities: RtpCapabilities,
    { zone, view, replaces }: { zone: ZoneId; view: View; replaces?: Consumer },
  ): Promise<FakeConsumer> {
    if (this.failure) throw this.failure;
    const consumer = new FakeConsumer(zone, producer, view, replaces);
    this.consumers.push(consumer);
    return consumer;
  }

  async limitIncoming(bitRate: number): Promise<void> {
    this.limits.push(bitRate);
  }

  /** Some media comes from its client. @param bytes of RTP */
  send(bytes = 1000): void {
    this.#received.media += bytes;
    this.#received.any += bytes;
  }

  async received(): Promise<Received> {
    return { ...this.#received };
  }

  async sent(): Promise<number> {
    return 0;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const made of [...this.producers, ...this.consumers]) made.close();
    for (const listener of this.#listeners) listener();
  }

  /** It ends otherwise than by `close()`. */
  lose(reason: 'worker-died' | 'dtls-closed'): void {
    this.close();
    this.onLost(reason);
  }
}

export class FakeConsumer implements Consumer {
  readonly parameters: ConsumerParameters;
  closed = false;
  onBroken: (error: unknown) => void = () => {};
  onNeeds: () => void = () => {};
  needs: SpatialLayer | null = null;
  view: View;
  /** The layers that it was to send, one after another. */
  readonly layers: (SpatialLayer | null)[];
  isReady = false;
  #replaced: Consumer | undefined;
  #flow: () => void = () => {};
  readonly #flowing = new Promise<void>((resolve) => (this.#flow = resolve));

  constructor(zone: ZoneId, producer: Producer, view: View, replaces: Consumer | undefined) {
    this.view = view;
    this.layers = [view.layer];
    this.#replaced = replaces;
    const rtpParameters: RtpParameters = { codecs: [], encodings: [] };
    const { id: producerId, kind } = producer;
    this.parameters = {
      ...{ id: id('consumer'), zone, producerId, kind, rtpParameters, paused: true },
    };
  }

  get replaced(): Consumer | undefined {
    return this.#replaced;
  }

  async ready(): Promise<void> {
    this.isReady = true;
  }

  async show(view: View): Promise<void> {
    const { layer } = view;
    this.view = view;
    if (layer !== this.layers.at(-1)) this.layers.push(layer);
  }

  /** Its frames are on their way. */
  flow(): void {
    this.#flow();
  }

  async flows(): Promise<void> {
    await this.#flowing;
  }

  supersede(): void {
    this.#replaced?.close();
    this.#replaced = undefined;
  }

  giveBack(): void {
    this.#replaced = undefined;
    this.close();
  }

  close(): void {
    this.supersede();
    this.closed = true;
    this.#flow();
  }
}
