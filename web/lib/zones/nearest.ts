/** Which names are nearest to one that does not exist. */

/** How many are offered. */
const offered = 3;

/**
 * @param names those that there are
 * @returns the nearest first; none that has less than half in common with what was typed
 */
export function nearestTo(typed: string, names: readonly string[]): string[] {
  const text = typed.trim().toUpperCase();
  if (text === '') return [];
  const far = Math.ceil(text.length / 2);
  return names
    .map((name) => ({ name, distance: distanceOf(text, name) }))
    .filter(({ distance }) => distance <= far)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, offered)
    .map(({ name }) => name);
}

/** Letters to be put in, left out, replaced or swapped with their neighbour to make one text of another. */
export function distanceOf(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const differs = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + differs);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, at(beforeLast, j - 2) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

const at = (row: number[], index: number): number => row[index] ?? Infinity;
