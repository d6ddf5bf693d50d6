/**
 * How soon a page opens another socket after it has lost one. Many lose theirs at once when a server ends, so each waits
 * for a time of its own; cameras come first, since viewers wait for them.
 */

/** ms; each attempt waits twice as long as the one before, up to the longest, and by chance as much less or more. */
export interface Pace {
  readonly first: number;
  readonly longest: number;
  /** Share of it that is left to chance. */
  readonly chance: number;
}

export const paces = {
  camera: { first: 150, longest: 1000, chance: 0.5 },
  operator: { first: 500, longest: 2000, chance: 0.5 },
} satisfies Record<string, Pace>;
