/** Which zones a pattern stands for, below the field in which it is typed. */
const zones = (count: number): string => (count === 1 ? '1 known zone' : `${count} known zones`);

export const pattern = {
  /** @param first names of some of them */
  matches: (count: number, all: number, first: readonly string[]) =>
    `Matches ${count} of ${zones(all)}: ${first.join(', ')}${count > first.length ? ', …' : ''}`,
  none: 'Matches no zone that is known yet.',
  /** Not all names are known here. */
  noneOf: (all: number) => `Matches none of the first ${all} zones; there are more.`,
};
