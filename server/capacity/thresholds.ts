/** From which pressure on a node does what; 1 is full (docs/decisions/full-nodes.md says why these). */
import type { Rank } from '../contract/rank.ts';

export const thresholds = {
  /** Tiles that are not looked at become smaller; they come back below the second. */
  lower: 0.8,
  raise: 0.7,
  /** New work of each rank is refused. */
  refuse: { wall: 0.85, operator: 0.9, supervisor: 0.95, camera: 1 } satisfies Record<Rank, number>,
  /** So far below its threshold, a rank that was refused is taken again. */
  slack: 0.05,
};
