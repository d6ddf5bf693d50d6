/** Since when the shift goes on, as the server knows it. */
import { shiftBegan, type Handover } from '../../../server/contract/handover.ts';
import { ask, routes } from '../api/ask.ts';

/** @param handovers the newest first; undefined where they are not known @returns ms since the epoch */
export function shiftBeganAfter(
  handovers: readonly Handover[] | undefined,
  now = Date.now(),
): number {
  return shiftBegan(handovers?.find(({ to }) => to)?.to?.at, now);
}

/** The same; half a day where the server does not answer. */
export async function askShiftBegan(): Promise<number> {
  const handovers = await ask(routes.handovers.list).catch(() => undefined);
  return shiftBeganAfter(handovers);
}
