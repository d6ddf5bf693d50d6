/** The owner's end of a pipe: carries a camera's track to one other node, in the layers that are wanted there. */
import type { types } from 'mediasoup';
import type { SpatialLayer } from '../../contract/layers.ts';
import type { RtpParameters } from '../../contract/media.ts';
import type { PipedTrack, PipeEnd } from '../../contract/pipe.ts';
import { answerOf } from '../answer.ts';
import { likeSource } from '../key-requests.ts';
import type { PipeListening, PipeOut } from '../plane.ts';
import type { MediaProducer } from '../producer.ts';
import { stillOpen } from '../still-open.ts';
import type { MediaWorker } from '../worker-pool.ts';
import { endOf, transportOptions } from './pipe-transport.ts';

export class MediaPipeOut implements PipeOut {
  readonly track: PipedTrack;
  readonly end: PipeEnd;
  readonly #transport: types.PipeTransport;
  readonly #consumer: types.Consumer;
  readonly #worker: MediaWorker;
  readonly #producer: MediaProducer;
  #connected = false;
  /** What is to be carried; nothing before anything was said. */
  #highest: SpatialLayer | null = null;
  /** One after another, each with what is wanted by then. */
  #carrying = Promise.resolve();

  /** @throws RefusedError `unavailable` */
  static async open(producer: MediaProducer, listening: PipeListening): Promise<MediaPipeOut> {
    const { worker } = producer;
    const transport = await answerOf(worker, () =>
      worker.router.createPipeTransport(transportOptions(listening)),
    );
    try {
      const consuming = answerOf(worker, () => transport.consume({ producerId: producer.id }));
      const consumer = stillOpen(transport, await consuming);
      // While it is not connected, so that nothing has been sent, nor a key frame asked for.
      await answerOf(worker, () => consumer.pause());
      return new MediaPipeOut(producer, transport, consumer);
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  private constructor(
    producer: MediaProducer,
    transport: types.PipeTransport,
    consumer: types.Consumer,
  ) {
    const { worker, kind, layers, frameRate } = producer;
    this.#transport = transport;
    this.#consumer = consumer;
    this.#worker = worker;
    this.#producer = producer;
    this.end = endOf(transport);
    this.track = {
      ...{ id: transport.id, kind, frameRate },
      rtpParameters: likeSource(
        consumer.rtpParameters,
        producer.producer.rtpParameters,
      ) as RtpParameters,
      layers: { count: layers.count, sizes: layers.sizes && [...layers.sizes] },
    };
    worker.consumers += 1;
    transport.observer.once('close', () => (worker.consumers -= 1));
    // With its producer, as when the camera leaves.
    consumer.observer.once('close', () => transport.close());
  }

  get closed(): boolean {
    return this.#transport.closed;
  }

  get connected(): boolean {
    return this.#connected && !this.closed;
  }

  async connect(far: PipeEnd): Promise<void> {
    await answerOf(this.#worker, () => this.#transport.connect(far));
    this.#connected = true;
  }

  carry(highest: SpatialLayer | null, afresh = false): Promise<void> {
    this.#highest = highest;
    const done = this.#carrying.then(() => this.#settle(afresh));
    this.#carrying = done.catch(() => {}); // Told to whoever asked for it.
    return done;
  }

  async requestKeyFrame(): Promise<void> {
    if (!this.closed) await answerOf(this.#worker, () => this.#consumer.requestKeyFrame());
  }

  async sent(): Promise<{ bytes: number; again: number }> {
    const [transport, streams] = await answerOf(this.#worker, () =>
      Promise.all([this.#transport.getStats(), this.#consumer.getStats()]),
    );
    return {
      bytes: transport.reduce((sum, { rtpBytesSent }) => sum + rtpBytesSent, 0),
      again: streams
        .filter(({ type }) => type === 'outbound-rtp')
        .reduce((sum, { packetsRetransmitted }) => sum + packetsRetransmitted, 0),
    };
  }

  async heard(): Promise<number> {
    const stats = await answerOf(this.#worker, () => this.#transport.getStats());
    return stats.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0);
  }

  whenClosed(listener: () => void): void {
    this.#transport.observer.once('close', listener);
  }

  close(): void {
    this.#transport.close();
  }

  async #settle(afresh: boolean): Promise<void> {
    const consumer = this.#consumer;
    const spatialLayer = this.#highest;
    if (consumer.closed) return;
    // What is paused forgets what it has sent.
    if (spatialLayer === null || afresh) await answerOf(this.#worker, () => consumer.pause());
    if (spatialLayer === null) return;
    // A worker without the mends passes over it, and carries all layers.
    if (consumer.kind === 'video')
      await answerOf(this.#worker, () => consumer.setPreferredLayers({ spatialLayer }));
    if (!consumer.paused) return;
    await answerOf(this.#worker, () => consumer.resume());
    this.#producer.onOpened();
  }
}
