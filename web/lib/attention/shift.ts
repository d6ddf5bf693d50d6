/** Since when the shift goes on: it began when the last one was taken over, or half a day ago. */
import type { Handover } from '../../../server/contract/handover.ts';
import { ask, routes } from '../api/ask.ts';

const longest = 12 * 3_600_000; // ms

/** @param handovers the newest first; undefined where they are not known @returns ms since the epoch */
export function shiftBegan(handovers: readonly Handover[] | undefined, now = Date.now()): number {
  const taken = handovers?.find(({ to }) => to)?.to?.at ?? 0;
  return Math.max(taken, now - longest);
}

/** The same, as the server knows it; half a day where it does not answer. */
export async function askShiftBegan(): Promise<number> {
  const handovers = await ask(routes.handovers.list).catch(() => undefined);
  return shiftBegan(handovers);
}
