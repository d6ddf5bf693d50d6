/** One browser's media connection, and what it sends and receives over it. */
import type { types } from 'mediasoup';
import type { CameraRtpParameters } from '../contract/camera-media.ts';
import { messageOf, RefusedError } from '../contract/errors.ts';
import { cannotDecode } from '../contract/producer-refusal.ts';
import type { StatedCapture } from '../contract/layers.ts';
import type {
  DtlsParameters,
  IceParameters,
  IceServer,
  MediaKind,
  RtpCapabilities,
  TransportParameters,
} from '../contract/media.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Received } from '../zones/camera.ts';
import type { Producer } from '../zones/producer.ts';
import { answerOf } from './answer.ts';
import { requireSizeOfEach, usableParameters } from './camera-media.ts';
import { candidatesFor } from './candidates.ts';
import { BandwidthProbe } from './bandwidth-probe.ts';
import { MediaConsumer, prioritise } from './consumer.ts';
import { withNumbers } from './offered-numbers.ts';
import type { Pipes, Reach } from './pipes.ts';
import type {
  CameraConnection,
  Consumer,
  OfferedNumbers,
  View,
  ViewerConnection,
} from './plane.ts';
import { keyFrameRequestDelay, MediaProducer } from './producer.ts';
import { stillOpen } from './still-open.ts';
import type { MediaWorker } from './worker-pool.ts';

export class MediaTransport implements CameraConnection, ViewerConnection {
  readonly worker: MediaWorker;
  /** Told once when DTLS is up. */
  onConnected: () => void = () => {};
  /** Told when the connection ended otherwise than by `close()`. */
  onLost: (reason: 'worker-died' | 'dtls-closed') => void = () => {};
  /** Told when nothing of the client's ICE has been heard for 30 s (RFC 7675), and when it is heard again. */
  onHeard: (isHeard: boolean) => void = () => {};
  readonly #parameters: TransportParameters;
  readonly #transport: types.WebRtcTransport;
  readonly #pipes: Pipes;
  readonly #bandwidthProbe: BandwidthProbe;
  readonly #consumers = new Set<MediaConsumer>();
  /** When its client last came by another way, ms. */
  #movedAt = -Infinity;
  readonly #dtlsUp: Promise<void>;
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
    this.#bandwidthProbe = new BandwidthProbe(transport, worker);
    this.#parameters = {
      id: transport.id,
      iceParameters: transport.iceParameters,
      iceCandidates: transport.iceCandidates as TransportParameters['iceCandidates'],
      dtlsParameters: transport.dtlsParameters,
      iceServers,
    };
    this.#dtlsUp = new Promise((resolve) => {
      transport.on('dtlsstatechange', (state) => {
        if (state === 'connected') {
          resolve();
          this.onConnected();
        }
        if (state === 'closed' || state === 'failed') this.#lost('dtls-closed');
      });
    });
    transport.on('icestatechange', (state) => this.onHeard(state !== 'disconnected'));
    transport.on('iceselectedtuplechange', () => this.#moved());
    transport.observer.once('close', () => this.#lost('worker-died'));
  }

  /** @param via the address of this machine that the client came by, where that is known */
  parametersFor(via: string | undefined): TransportParameters {
    const { iceCandidates } = this.#parameters;
    return { ...this.#parameters, iceCandidates: candidatesFor(iceCandidates, via) };
  }

  get id(): string {
    return this.#transport.id;
  }

  /** @param listener told once, also when the worker is gone */
  whenClosed(listener: () => void): void {
    this.#transport.observer.once('close', listener);
  }

  get workerNumber(): number {
    return this.worker.index;
  }

  get closed(): boolean {
    return this.#transport.closed;
  }

  get connected(): boolean {
    return this.#transport.dtlsState === 'connected';
  }

  /** Starts DTLS towards the client's certificate; asking again changes nothing. */
  async connect(dtlsParameters: DtlsParameters): Promise<void> {
    this.#connecting ??= this.#refusing(() => this.#transport.connect({ dtlsParameters }));
    await this.#connecting;
  }

  async restartIce(): Promise<IceParameters> {
    return answerOf(this.worker, () => this.#transport.restartIce());
  }

  /** @throws RefusedError `unsupported-media` when the parameters do not fit the router's codecs */
  async produce(
    kind: MediaKind,
    rtpParameters: CameraRtpParameters,
    capture?: StatedCapture,
  ): Promise<MediaProducer> {
    if (capture) requireSizeOfEach(rtpParameters, capture);
    const options: types.ProducerOptions = {
      kind,
      rtpParameters: usableParameters(
        kind,
        rtpParameters,
        this.worker.report.parts,
      ) as types.RtpParameters,
      keyFrameRequestDelay,
    };
    const producer = await this.#refusing(async () =>
      stillOpen(this.#transport, await this.#transport.produce(options)),
    );
    return new MediaProducer(producer, this.worker, capture);
  }

  /**
   * Sends a producer's media to this client. On a connected transport the consumer starts paused, so
   * that no key frame is spent before the client can decode it; otherwise it waits for DTLS anyway.
   * @param replaces a consumer of the same producer that goes on until this one flows, as its layer is
   *   only just waking
   * @param shown.numbers of the client's offer, where it made one
   * @throws RefusedError `unsupported-media` when the client cannot decode it, or `unavailable`
   */
  async consume(
    producer: Producer,
    rtpCapabilities: RtpCapabilities,
    {
      zone,
      view,
      replaces,
      numbers,
    }: { zone: ZoneId; view: View; replaces?: Consumer; numbers?: OfferedNumbers },
  ): Promise<MediaConsumer> {
    if (!(producer instanceof MediaProducer)) {
      throw new TypeError('What is to be consumed is of another media plane.');
    }
    requireDecoder(producer, rtpCapabilities);
    if (numbers && !this.worker.report.parts.includes('offered-numbers')) {
      throw new TypeError('This media worker knows only the numbers of its router.');
    }
    const client = numbers ? withNumbers(rtpCapabilities, numbers) : rtpCapabilities;
    const awaitsReady = this.connected;
    const way = [producer.producer, producer.worker, this.worker] as const;
    const found =
      replaces && view.layer !== null
        ? await this.#pipes.reachAfresh(...way, view.layer)
        : await this.#pipes.reach(...way);
    const reach: Reach = { ...found, open: () => found.open().then(() => producer.onOpened()) };
    const options: types.ConsumerOptions = {
      producerId: reach.producerId,
      rtpCapabilities: client as types.RtpCapabilities,
      ...(numbers?.mid === undefined ? {} : { mid: numbers.mid }),
      paused: awaitsReady || view.layer === null,
      ...(view.layer === null || producer.kind === 'audio'
        ? {}
        : { preferredLayers: { spatialLayer: Math.min(view.layer, producer.limit.highest) } }),
    };
    const consumer = await this.#refusing(async () =>
      stillOpen(this.#transport, await this.#transport.consume(options)),
    ).catch((error: unknown) => {
      reach.release();
      throw error;
    });
    this.worker.consumers += 1;
    consumer.observer.once('close', () => {
      this.worker.consumers -= 1;
      this.#consumers.delete(made);
      reach.release();
    });
    if (view.focused) {
      await answerOf(this.worker, () => prioritise(consumer, view)).catch((error: unknown) => {
        consumer.close();
        throw error;
      });
    }
    const made = new MediaConsumer(consumer, reach, {
      worker: this.worker,
      zone,
      producer,
      view,
      awaitsReady,
      replaces,
    });
    this.#consumers.add(made);
    if (!consumer.paused) this.#openOnceUp(reach, made);
    this.#bandwidthProbe.follow(made);
    return made;
  }

  /** @param bitRate most that the client may send, bit/s */
  async limitIncoming(bitRate: number): Promise<void> {
    await this.#refusing(() => this.#transport.setMaxIncomingBitrate(bitRate));
  }

  /** Bytes received so far: of media, and of anything at all, which the client's ICE checks are too. */
  async received(): Promise<Received> {
    const stats = await answerOf(this.worker, () => this.#transport.getStats());
    return stats.reduce(
      (sum, { rtpBytesReceived, bytesReceived }) => ({
        media: sum.media + rtpBytesReceived,
        any: sum.any + bytesReceived,
      }),
      { media: 0, any: 0 },
    );
  }

  /** Bytes of media sent so far. */
  async sent(): Promise<number> {
    const stats = await answerOf(this.worker, () => this.#transport.getStats());
    return stats.reduce((sum, { rtpBytesSent }) => sum + rtpBytesSent, 0);
  }

  close(): void {
    this.#closing = true;
    this.#transport.close();
  }

  #openOnceUp(reach: Reach, consumer: MediaConsumer): void {
    this.#dtlsUp
      .then(() => reach.open())
      .catch((error: unknown) => {
        // The camera's worker is in trouble, which is no reason to lose what comes from the others.
        if (!consumer.closed) consumer.onBroken(error);
      });
  }

  /** What was sent to where the client is no more is lost; without it, it waits seconds for a key frame. */
  #moved(): void {
    const now = performance.now();
    if (!this.connected || now - this.#movedAt < keyFrameRequestDelay) return;
    this.#movedAt = now;
    for (const consumer of this.#consumers) consumer.beginAnew().catch(() => {}); // The next one may do.
  }

  #lost(reason: 'worker-died' | 'dtls-closed'): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#transport.close();
    this.onLost(reason);
  }

  /**
   * mediasoup says with a TypeError, an UnsupportedError or a plain Error of its worker that it cannot use what a
   * client sent; but the client is not to blame where the connection or the worker is gone.
   * @throws RefusedError
   */
  async #refusing<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await answerOf(this.worker, act);
    } catch (error) {
      if (error instanceof RefusedError) throw error;
      const reason = messageOf(error);
      if (this.#transport.closed) {
        throw new RefusedError('unavailable', `The media connection is gone: ${reason}`);
      }
      throw new RefusedError('unsupported-media', `The media parameters cannot be used: ${reason}`);
    }
  }
}

/**
 * Asked before anything is made for it.
 * @throws RefusedError `unsupported-media`
 */
function requireDecoder({ id, worker, producer }: MediaProducer, client: RtpCapabilities): void {
  const rtpCapabilities = client as types.RtpCapabilities;
  if (worker.router.canConsume({ producerId: id, rtpCapabilities })) return;
  const [codec] = producer.rtpParameters.codecs;
  throw new RefusedError('unsupported-media', cannotDecode(codec?.mimeType ?? producer.kind));
}
