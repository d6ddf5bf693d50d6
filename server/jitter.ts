/** Delays that are spread by chance: those who wait for the same thing do not all come at once. */

/**
 * @param mean ms
 * @param spread by which share of the mean it is shorter or longer at most, 0 to 1
 * @param chance 0 to 1
 * @returns ms
 */
export function jittered(mean: number, spread: number, chance = Math.random()): number {
  return mean * (1 + spread * (2 * chance - 1));
}
