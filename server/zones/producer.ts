/** A track that a camera sends, as far as zones know of it. */
import type { MediaKind } from '../contract/media.ts';
import type { LayerStack } from './layer-choice.ts';
import type { LayerLimit } from './layer-limit.ts';

export interface Producer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly layers: LayerStack;
  /** Of its layers, the highest that can come. */
  readonly limit: LayerLimit;
  readonly closed: boolean;
  close(): void;
}
