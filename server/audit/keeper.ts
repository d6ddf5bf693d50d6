/** The audit's housekeeping: purges what is too old, and has the log bear witness of the head. */
import type { Logger } from 'pino';
import type { Store } from '../store/store.ts';
import { purge, type Retention } from './retention.ts';

const hour = 3_600_000;

export interface Keeper {
  /** Ends the job, once it rests, and notes the head for the last time. */
  stop(): Promise<void>;
}

/** At once and then every hour. @param now ms since the epoch */
export function keepAudit(
  store: Store,
  retention: Retention,
  log: Logger,
  { now = Date.now, interval = hour }: { now?: () => number; interval?: number } = {},
): Keeper {
  const witness = async (): Promise<void> => {
    const head = await store.audit.head();
    // Kept elsewhere than the database, this line shows when records are cut from its end.
    log.info(head, 'audit head');
  };
  const keep = async (): Promise<void> => {
    try {
      const purged = await purge(store, retention, now());
      if (purged) log.info({ purged: purged.purged }, 'old audit records purged');
      await witness();
    } catch (error) {
      log.error({ err: error }, 'the audit could not be purged');
    }
  };
  let work = keep();
  const timer = setInterval(() => (work = work.then(keep)), interval);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await work;
      await witness();
    },
  };
}
