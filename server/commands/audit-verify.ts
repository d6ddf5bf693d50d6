/** `npm run audit:verify`: checks that the audit is whole. */
import { verify } from '../audit/verify.ts';
import type { Head } from '../store/audit-repository.ts';
import { openStore } from '../store/store.ts';
import { StartupError } from '../startup-error.ts';
import { noMore, runCommand } from './command.ts';

const usage = 'npm run audit:verify [-- --head NUMBER:HASH] [--config FILE]';

await runCommand(usage, { head: { type: 'string' } }, async ({ settings, values, positionals }) => {
  noMore(positionals, usage);
  const witness = values.head === undefined ? undefined : headOf(String(values.head));
  const store = await openStore(settings.store, { readOnly: true });
  const verdict = await store
    .snapshot((records) => verify(records, witness))
    .finally(() => store.close());
  if (!verdict.whole) {
    console.log(`The audit is not whole. Record ${verdict.number}: ${verdict.reason}.`);
    return 1;
  }
  const { number, hash } = verdict.head;
  console.log(`${verdict.count} records, chain whole, head ${hash} at number ${number}`);
  return 0;
});

function headOf(text: string): Head {
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number === undefined || hash === undefined) {
    throw new StartupError(`${text} is not NUMBER:HASH, as "audit head" in the log.\n${usage}`);
  }
  return { number: Number(number), hash };
}
