/** One browser's media connection, and what it sends and receives over it. */
import type { types } from 'mediasoup';
import { RefusedError } from '../contract/errors.ts';
import type {
  ConsumerParameters,
  DtlsParameters,
  IceParameters,
  IceServer,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  TransportParameters,
} from '../contract/media.ts';
import type { Pipes } from './pipes.ts';
import type { MediaWorker } from './worker-pool.ts';

export class MediaProducer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly producer: types.Producer;
  readonly worker: MediaWorker;

  constructor(producer: types.Producer, worker: MediaWorker) {
    this.id = producer.id;
    this.kind = producer.kind;
    this.producer = producer;
    this.worker = worker;
  }

  get closed(): boolean {
    return this.producer.closed;
  }

  close(): void {
    this.producer.close();
  }
}

export class MediaConsumer {
  readonly parameters: ConsumerParameters;
  readonly #consumer: types.Consumer;

  constructor(consumer: types.Consumer) {
    this.#consumer = consumer;
    this.parameters = {
      id: consumer.id,
      producerId: consumer.producerId,
      kind: consumer.kind,
      rtpParameters: consumer.rtpParameters as RtpParameters,
      paused: consumer.paused,
    };
  }

  get closed(): boolean {
    return this.#consumer.closed;
  }

  /** Begins, or goes on, with a key frame. Resuming twice is harmless. */
  async resume(): Promise<void> {
    this.parameters.paused = false;
    await this.#consumer.resume();
  }

  close(): void {
    this.#consumer.close();
  }
}

export class MediaTransport {
  readonly parameters: TransportParameters;
  readonly worker: MediaWorker;
  /** Told once when DTLS is up. */
  onConnected: () => void = () => {};
  /** Told when the connection ended otherwise than by `close()`. */
  onLost: (reason: 'worker-died' | 'dtls-closed') => void = () => {};
  readonly #transport: types.WebRtcTransport;
  readonly #pipes: Pipes;
  #connecting: Promise<void> | undefined;
  #closing = false;

  constructor(
    transport: types.WebRtcTransport,
    worker: MediaWorker,
    pipes: Pipes,
    iceServers: IceServer[],
  ) {
    this.#transport = transport;
    this.worker = worker;
    this.#pipes = pipes;
    this.parameters = {
      id: transport.id,
      iceParameters: transport.iceParameters,
      iceCandidates: transport.iceCandidates as TransportParameters['iceCandidates'],
      dtlsParameters: transport.dtlsParameters,
      iceServers,
    };
    transport.on('dtlsstatechange', (state) => {
      if (state === 'connected') this.onConnected();
      if (state === 'closed' || state === 'failed') this.#lost('dtls-closed');
    });
    transport.observer.once('close', () => this.#lost('worker-died'));
  }

  get id(): string {
    return this.#transport.id;
  }

  get closed(): boolean {
    return this.#transport.closed;
  }

  get connected(): boolean {
    return this.#transport.dtlsState === 'connected';
  }

  /** Starts DTLS towards the client's certificate; asking again changes nothing. */
  async connect(dtlsParameters: DtlsParameters): Promise<void> {
    this.#connecting ??= refusing(() => this.#transport.connect({ dtlsParameters }));
    await this.#connecting;
  }

  async restartIce(): Promise<IceParameters> {
    return this.#transport.restartIce();
  }

  /** @throws RefusedError `unsupported-media` when the parameters do not fit the router's codecs */
  async produce(kind: MediaKind, rtpParameters: RtpParameters): Promise<MediaProducer> {
    const producer = await refusing(() =>
      this.#transport.produce({ kind, rtpParameters: rtpParameters as types.RtpParameters }),
    );
    return new MediaProducer(producer, this.worker);
  }

  /**
   * Sends a producer's media to this client. On a connected transport the consumer starts paused, so
   * that no key frame is spent before the client can decode it; otherwise it waits for DTLS anyway.
   * @throws RefusedError `unsupported-media` when the client cannot decode it
   */
  async consume(producer: MediaProducer, rtpCapabilities: RtpCapabilities): Promise<MediaConsumer> {
    const release = await this.#pipes.reach(producer.producer, producer.worker, this.worker);
    try {
      const consumer = await refusing(() =>
        this.#transport.consume({
          producerId: producer.id,
          rtpCapabilities: rtpCapabilities as types.RtpCapabilities,
          paused: this.connected,
        }),
      );
      this.worker.consumers += 1;
      consumer.observer.once('close', () => {
        this.worker.consumers -= 1;
        release();
      });
      return new MediaConsumer(consumer);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** @param bitRate most that the client may send, bit/s */
  async limitIncoming(bitRate: number): Promise<void> {
    await this.#transport.setMaxIncomingBitrate(bitRate);
  }

  /** RTP bytes received so far, all tracks together. */
  async receivedBytes(): Promise<number> {
    const stats = await this.#transport.getStats();
    return stats.reduce((sum, { rtpBytesReceived }) => sum + rtpBytesReceived, 0);
  }

  close(): void {
    this.#closing = true;
    this.#transport.close();
  }

  #lost(reason: 'worker-died' | 'dtls-closed'): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#transport.close();
    this.onLost(reason);
  }
}

/** mediasoup says with a TypeError or UnsupportedError that it cannot use what a client sent. */
async function refusing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RefusedError('unsupported-media', `The media parameters cannot be used: ${reason}`);
  }
}
