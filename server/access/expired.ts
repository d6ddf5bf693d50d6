/** Deletes sign-ins that have ended by time, and browsers that were not seen for long. */
import type { Logger } from 'pino';
import type { Store } from '../store/store.ts';
import { longestSignIn } from './sign-ins.ts';

const hour = 3_600_000;
/** How far the clock may go from the one that nobody sets, ms. */
const drift = 60_000;

/**
 * What has expired is not believed at one look, since a clock may be wrong: it is deleted when it had
 * expired at the look before, too, and the clock has gone evenly since.
 * @param idleLimit after which sign-ins end, ms; it is looked so often, and every hour at least
 * @returns ends it, once it rests
 */
export function deleteExpired(store: Store, idleLimit: number, log: Logger): () => Promise<void> {
  let last = { wall: Date.now(), steady: performance.now() };
  const look = async (): Promise<void> => {
    const now = { wall: Date.now(), steady: performance.now() };
    const before = last;
    last = now;
    if (Math.abs(now.wall - before.wall - (now.steady - before.steady)) > drift) return;
    try {
      await store.signIns.removeExpired(before.wall);
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
