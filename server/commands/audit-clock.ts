/** `npm run audit:clock`: says whether the clock is believed, and lets somebody who looked at it confirm it. */
import { append } from '../audit/append.ts';
import { confirmed, isBelieved, keepClock, knownClock, look } from '../audit/clock.ts';
import { correctMark } from '../audit/retention.ts';
import { openStore } from '../store/store.ts';
import { noMore, runCommand } from './command.ts';

const usage = 'npm run audit:clock [-- --confirm] [--config FILE]';

await runCommand(
  usage,
  { confirm: { type: 'boolean' } },
  async ({ settings, values, positionals }) => {
    noMore(positionals, usage);
    const confirm = values.confirm === true;
    // Read-only, which creates no store: a mistyped name must not make an empty one.
    if (confirm) await (await openStore(settings.store, { readOnly: true })).close();
    const store = await openStore(settings.store, { readOnly: !confirm });
    const now = Date.now();
    try {
      const clock = look(await knownClock(store, now), now, 0);
      const said = `The clock says ${new Date(now).toISOString()}`;
      if (!confirm) {
        const believed = isBelieved(clock);
        console.log(
          believed
            ? `${said}, and is believed: the audit is purged by it.`
            : `${said}, which is a leap: nothing is purged by it. If it is right: ${usage.replace(/[[\]]/g, '').replace(' --config FILE', '')}`,
        );
        return believed ? 0 : 1;
      }
      const corrected = await store.transaction(async (records) => {
        await keepClock(records, confirmed(now));
        const marks = await correctMark(records, now);
        const actor = { kind: 'service', id: 'service', name: 'service' } as const;
        const entry = { kind: 'service', action: 'clock-confirmed', actor, address: '' } as const;
        await append(records, [{ entry, at: now }]);
        return marks;
      });
      console.log(`${said}, and is believed from now on: the next round purges by it.`);
      if (corrected) {
        console.log('The mark of the last purge lay in the future, and is set to now.');
      }
      return 0;
    } finally {
      await store.close();
    }
  },
);
