/** A track that a camera sends, as far as zones know of it. */
import type { MediaKind } from '../contract/media.ts';
import type { KeyWishes } from './key-wishes.ts';
import type { LayerStack } from './layer-choice.ts';
import type { LayerLimit } from './layer-limit.ts';

export interface Producer {
  readonly id: string;
  readonly kind: MediaKind;
  readonly layers: LayerStack;
  /** Of its layers, the highest that can come. */
  readonly limit: LayerLimit;
  /** Absent where its sender is asked for key pictures by its media. */
  readonly keyWishes?: KeyWishes | undefined;
  readonly closed: boolean;
  close(): void;
}
