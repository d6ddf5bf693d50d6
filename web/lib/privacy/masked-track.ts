/** The one interface of the three ways to burn masks in, so that callers need not know which one a browser can do. */
import type { Masks } from '../../../server/contract/privacy.ts';

export interface MaskedTrack {
  readonly track: MediaStreamTrack;
  /** The next frame and all after it carry these masks. */
  setMasks(masks: Masks): void;
  close(): void;
}
