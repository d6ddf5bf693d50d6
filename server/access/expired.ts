/** Deletes sign-ins, and what belongs to one for a while, that have ended by time, and browsers that were not seen for long. */
import type { Logger } from 'pino';
import type { Store } from '../store/store.ts';
import { offers } from './own-account.ts';
import { used } from './pending-sign-ons.ts';
import { shownCodes } from './shown-codes.ts';
import { longestSignIn } from './sign-ins.ts';
import { timeOfDay } from '../time.ts';

const hour = 3_600_000;
/** How far the wall clock may drift from the monotonic clock, ms. */
const drift = 60_000;

/**
 * One look is not enough to call something expired, since a clock may be wrong: it is deleted when it had
 * expired at the look before, too, and the wall clock has gone evenly since.
 * @param idleLimit after which sign-ins end, ms; also the time between two looks, an hour at most
 * @returns stops it, and resolves when the look that is under way has ended
 */
export function deleteExpired(store: Store, idleLimit: number, log: Logger): () => Promise<void> {
  let last = { wall: timeOfDay(), steady: performance.now() };
  const look = async (): Promise<void> => {
    const now = { wall: timeOfDay(), steady: performance.now() };
    const before = last;
    last = now;
    if (Math.abs(now.wall - before.wall - (now.steady - before.steady)) > drift) return;
    try {
      await store.signIns.removeExpired(before.wall);
      for (const kind of [offers, shownCodes, used]) {
        await store.facts.removeBelow(kind, `${before.wall}`);
      }
      await store.knownBrowsers.forgetOld(before.wall - longestSignIn);
    } catch (error) {
      log.warn({ err: error }, 'expired sign-ins could not be deleted');
    }
  };
  let work: Promise<void> = Promise.resolve();
  const timer = setInterval(
    () => {
      work = work.then(look);
    },
    Math.min(hour, idleLimit),
  );
  timer.unref();
  return async () => {
    clearInterval(timer);
    await work;
  };
}
