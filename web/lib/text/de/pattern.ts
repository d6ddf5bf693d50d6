/** Which zones a pattern stands for, below the field in which it is typed. */
import type { Texts } from '../texts.ts';

const zones = (count: number): string =>
  count === 1 ? '1 bekannten Zone' : `${count} bekannten Zonen`;

export const pattern: Texts['pattern'] = {
  matches: (count, all, first) =>
    `Trifft auf ${count} von ${zones(all)} zu: ${first.join(', ')}${count > first.length ? ', …' : ''}`,
  none: 'Trifft auf keine Zone zu, die schon bekannt ist.',
  noneOf: (all) => `Trifft auf keine der ersten ${all} Zonen zu; es gibt mehr.`,
};
