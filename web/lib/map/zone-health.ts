/** How a zone on the map is, in one word and one colour: trouble comes before all else. */
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { isLost } from '../zones/lost.ts';
import { texts } from '../text/texts.ts';

/** The worst first. */
export const healths = ['stalled', 'lost', 'missing', 'unknown', 'live'] as const;
export type Health = (typeof healths)[number];
/** Those without a picture. */
export const troubles: readonly Health[] = ['stalled', 'lost', 'missing'];

/**
 * @param summary as the server tells; undefined where it tells nothing of it
 * @param isTold the server has told of all zones, so that one that it leaves out has no camera
 */
export function healthOf(summary: ZoneSummary | undefined, isTold: boolean): Health {
  if (!summary) return isTold ? 'missing' : 'unknown';
  if (summary.camera === 'stalled') return 'stalled';
  if (isLost(summary)) return 'lost';
  return summary.camera === 'idle' ? 'missing' : 'live';
}

export function worstOf(all: readonly Health[]): Health {
  return healths.find((health) => all.includes(health)) ?? 'unknown';
}

export const wordOf = (health: Health): string => texts.map.health[health];
