/** A track that a camera sends. */
import type { types } from 'mediasoup';
import { halvedSizes, layerCountOf, type StatedCapture } from '../contract/layers.ts';
import type { MediaKind } from '../contract/media.ts';
import type { LayerStack } from '../zones/layer-choice.ts';
import { KeyWishes } from '../zones/key-wishes.ts';
import { LayerLimit } from '../zones/layer-limit.ts';
import type { Producer } from '../zones/producer.ts';
import { takesKeyRequests } from './key-requests.ts';
import type { MediaWorker } from './worker-pool.ts';

/**
 * Least time between two key frames that viewers of one producer cost its camera, ms. Browsers ignore
 * requests within 300 ms of the last, and mediasoup would repeat them only after 1000 ms.
 */
export const keyFrameRequestDelay = 500;

/** What is known of a track beside its media. */
export interface Described {
  readonly layers: LayerStack;
  /** frames/s, as the camera says. */
  readonly frameRate: number | undefined;
}

function describe(producer: types.Producer, capture: StatedCapture | undefined): Described {
  const count = layerCountOf(producer.rtpParameters.encodings);
  // What is sent as one stream without layers is its top one.
  const sizes = capture && (capture.layers?.slice(-count) ?? halvedSizes(capture, count));
  return { layers: { count, sizes }, frameRate: capture?.frameRate };
}

export class MediaProducer implements Producer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly layers: LayerStack;
  readonly limit: LayerLimit;
  readonly keyWishes: KeyWishes | undefined;
  readonly frameRate: number | undefined;
  readonly producer: types.Producer;
  readonly worker: MediaWorker;
  /** Told whenever a consumer of it can use what comes. */
  onOpened: () => void = () => {};

  /**
   * @param capture what the camera says of its picture, where it does
   * @param described what another node says of it
   */
  constructor(
    producer: types.Producer,
    worker: MediaWorker,
    capture: StatedCapture | undefined,
    described: Described = describe(producer, capture),
  ) {
    const { layers, frameRate } = described;
    this.id = producer.id;
    this.kind = producer.kind;
    this.layers = layers;
    this.limit = new LayerLimit(layers.count - 1);
    this.keyWishes =
      producer.kind === 'audio' || takesKeyRequests(producer.rtpParameters)
        ? undefined
        : new KeyWishes(layers.count - 1);
    this.frameRate = frameRate;
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
