/** What a node can take still: asked by whoever lets new work in, and by whoever sends pictures. */
import type { Rank } from '../contract/rank.ts';

export interface NewWork {
  readonly rank: Rank;
  /** The media worker that it lands on, by number. */
  readonly worker: number;
  /** Pictures that are to be sent for it; none for a camera. */
  readonly tiles: number;
  /** Whether it comes to what a client has already, and is to keep: it is not sent elsewhere then. */
  readonly grows: boolean;
}

export interface Capacity {
  /**
   * Asked before new work is begun. What flows already is never asked about.
   * @returns to be called when it has begun, or has failed
   * @throws RefusedError `unavailable` when the node is too full for it
   */
  admit(work: NewWork): () => void;
  /** For which share of a worker's viewers tiles that are not looked at are smaller, 0 to 1. */
  loweredShare(worker: number): number;
}

/** Where nothing is measured, and all is taken. */
export const ample: Capacity = { admit: () => () => {}, loweredShare: () => 0 };
