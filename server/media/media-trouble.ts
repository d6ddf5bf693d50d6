/** What of the media workers keeps somebody from joining. */
import type { Trouble } from '../health.ts';
import type { Sfu } from './sfu.ts';

export function mediaTrouble({ troubled }: Pick<Sfu, 'troubled'>): Trouble | undefined {
  const { dead, silent } = troubled;
  const list = (numbers: number[]): string => `media worker ${numbers.join(', ')}`;
  const reasons = [
    ...(dead.length > 0 ? [`${list(dead)} has ended and is being replaced`] : []),
    ...(silent.length > 0
      ? [`${list(silent)} does not answer, and is replaced if that lasts`]
      : []),
  ].join('; ');
  if (!reasons) return undefined;
  return { reason: `${reasons.charAt(0).toUpperCase()}${reasons.slice(1)}.`, stopsJoins: true };
}
