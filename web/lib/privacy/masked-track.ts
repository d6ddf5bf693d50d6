import type { Masks } from '../../../server/contract/privacy.ts';

/** A track that shows another one with masks burnt in. */
export interface MaskedTrack {
  readonly track: MediaStreamTrack;
  /** These masks are in each frame from the next one on. */
  setMasks(masks: Masks): void;
  close(): void;
}
