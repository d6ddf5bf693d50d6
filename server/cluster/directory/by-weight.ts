/** A choice by chance, in which some come up more often than others. */

/** Of what has none, so that it comes up now and then all the same. */
const leastWeight = 0.05;

/**
 * @param weightOf 0 to 1
 * @param chance 0 to 1
 * @returns undefined where there is nothing to choose from
 */
export function byWeight<T>(
  all: readonly T[],
  weightOf: (one: T) => number,
  chance = Math.random(),
): T | undefined {
  const weights = all.map((one) => Math.max(leastWeight, weightOf(one)));
  let left = chance * weights.reduce((sum, weight) => sum + weight, 0);
  return all.find((_, at) => (left -= weights[at] ?? 0) < 0) ?? all.at(-1);
}
