/** The audit's housekeeping: purges what is too old, and writes the newest record's hash to the log. */
import type { Logger } from 'pino';
import type { Trouble } from '../health.ts';
import type { Store } from '../store/store.ts';
import { isBelieved, keepClock, knownClock, look } from './clock.ts';
import { purge, type Retention } from './retention.ts';
import { timeOfDay } from '../time.ts';

const hour = 3_600_000;
/** After a round that failed, ms; each waits twice as long as the one before, up to the longest. */
const again = { first: 1000, longest: 300_000 };

export interface Keeper {
  /** A clock that is not believed, so that nothing is purged. */
  readonly trouble: Trouble | undefined;
  /** Stops the timer, lets a round under way end, and writes the head to the log for the last time. */
  stop(): Promise<void>;
}

export interface KeeperOptions {
  /** ms since the epoch */
  readonly now?: () => number;
  /** ms, monotonic clock */
  readonly monotonic?: () => number;
  /** Between two rounds, ms. */
  readonly interval?: number;
  /** Purges what else is kept for a time. @param now ms since the epoch, as it is believed */
  readonly purgeToo?: (now: number) => Promise<void>;
}

/** At once and then every hour; sooner after a round that failed, as when the store is away. */
export function keepAudit(
  store: Store,
  retention: Retention,
  log: Logger,
  {
    now = timeOfDay,
    monotonic = () => performance.now(),
    interval = hour,
    purgeToo,
  }: KeeperOptions = {},
): Keeper {
  let stopped = false;
  let believed = true;
  let looked: number | undefined;
  const witness = async (): Promise<void> => {
    const head = await store.audit.head();
    // Kept elsewhere than the database, this line shows when records are cut from its end.
    log.info(head, 'audit head');
  };
  /** One look at the clock is not enough: the looks before it say whether it is believed. */
  const lookAtClock = async (): Promise<void> => {
    const at = monotonic();
    const elapsed = looked === undefined ? 0 : at - looked;
    const clock = await store.transaction(async (records) => {
      const seen = look(await knownClock(records, now()), now(), elapsed);
      await keepClock(records, seen);
      return seen;
    });
    looked = at; // One that failed is none: what it has seen is not kept.
    believed = isBelieved(clock);
    if (believed) return;
    const days = Math.round(clock.unwatched / 24 / hour);
    log.error(
      { now: new Date(clock.seen).toISOString(), days },
      'the clock has leapt ahead: nothing is purged from the audit until it has gone steadily for 7 days, or somebody confirms it with npm run audit:clock -- --confirm',
    );
  };
  const keep = async (): Promise<void> => {
    await lookAtClock();
    const purged = believed && (await purge(store, retention, now(), () => stopped));
    if (purged) log.info({ purged: purged.purged }, 'old audit records purged');
    if (believed) await purgeToo?.(now());
    await witness();
  };
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  const round = async (): Promise<void> => {
    try {
      await keep();
      failures = 0;
    } catch (error) {
      failures += 1;
      log.error({ err: error }, 'the audit could not be purged');
    }
    if (stopped) return;
    const { first, longest } = again;
    const delay = failures === 0 ? interval : Math.min(first * 2 ** (failures - 1), longest);
    timer = setTimeout(
      () => {
        work = round();
      },
      Math.min(delay, interval),
    );
    timer.unref();
  };
  let work = round();
  return {
    get trouble() {
      if (believed) return undefined;
      const reason =
        'The clock has leapt ahead: nothing is purged from the audit until it has gone steadily for 7 days, or is confirmed.';
      return { reason, stopsJoins: false };
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await work;
      try {
        await lookAtClock();
        await witness();
      } catch (error) {
        log.error({ err: error }, 'the last audit head is not in the log');
      }
    },
  };
}
