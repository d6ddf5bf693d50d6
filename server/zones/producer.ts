/** A track that a camera sends, as far as zones know of it. */
import type { MediaKind } from '../contract/media.ts';
import type { LayerStack } from './layer-choice.ts';

export interface Producer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly layers: LayerStack;
  readonly closed: boolean;
  close(): void;
}
