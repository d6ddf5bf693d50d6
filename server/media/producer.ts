/** A track that a camera sends. */
import { parseScalabilityMode, type types } from 'mediasoup';
import type { CaptureSize } from '../contract/layers.ts';
import type { MediaKind } from '../contract/media.ts';
import type { LayerStack } from '../zones/layer-choice.ts';
import type { MediaWorker } from './worker-pool.ts';

export class MediaProducer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly layers: LayerStack;
  readonly producer: types.Producer;
  readonly worker: MediaWorker;

  /** @param size what is captured, where the camera said it */
  constructor(producer: types.Producer, worker: MediaWorker, size: CaptureSize | undefined) {
    this.id = producer.id;
    this.kind = producer.kind;
    this.producer = producer;
    this.worker = worker;
    const { encodings = [] } = producer.rtpParameters;
    const { spatialLayers } = parseScalabilityMode(encodings[0]?.scalabilityMode);
    this.layers = { count: Math.max(encodings.length, spatialLayers), size };
  }

  get closed(): boolean {
    return this.producer.closed;
  }

  close(): void {
    this.producer.close();
  }
}
