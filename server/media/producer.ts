/** A track that a camera sends. */
import type { types } from 'mediasoup';
import { halvedSizes, type StatedCapture } from '../contract/layers.ts';
import type { MediaKind } from '../contract/media.ts';
import type { LayerStack } from '../zones/layer-choice.ts';
import type { Producer } from '../zones/producer.ts';
import { layerCountOf } from './camera-media.ts';
import type { MediaWorker } from './worker-pool.ts';

export class MediaProducer implements Producer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly layers: LayerStack;
  readonly producer: types.Producer;
  readonly worker: MediaWorker;

  /** @param capture what the camera says of its picture, where it does */
  constructor(producer: types.Producer, worker: MediaWorker, capture: StatedCapture | undefined) {
    this.id = producer.id;
    this.kind = producer.kind;
    this.producer = producer;
    this.worker = worker;
    const count = layerCountOf(producer.rtpParameters);
    // What is sent as one stream without layers is its top one.
    const sizes = capture && (capture.layers?.slice(-count) ?? halvedSizes(capture, count));
    this.layers = { count, sizes };
  }

  get closed(): boolean {
    return this.producer.closed;
  }

  close(): void {
    this.producer.close();
  }
}
