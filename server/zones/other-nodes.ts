/** What other nodes know of zones, as far as this one wants to hear of it. A node that is alone asks nobody. */
import type { Tallies, ZoneQuestion } from './window.ts';

export interface Wanted {
  /** Resolves when the others have answered, or after a while when some do not; undefined once they have. */
  readonly answered: Promise<void> | undefined;
  /** Of each other node that has answered. */
  readonly tallies: readonly Tallies[];
  /** Nobody here looks any more. */
  drop(): void;
}

export interface OtherNodes {
  /** Nodes whose zones are not known at the moment. */
  readonly unknown: readonly string[];
  /** @param told when totals have changed, or which nodes are unknown; of zones, each zone tells */
  hear(told: () => void): void;
  /** From now on, their first zones that fit come here, with each change, and how many fit. */
  want(question: ZoneQuestion): Wanted;
}

/** Of a node that is alone. */
export const noOthers: OtherNodes = {
  unknown: [],
  hear: () => {},
  want: () => ({ answered: undefined, tallies: [], drop: () => {} }),
};
