/**
 * A process that writes audit records until it is killed, and prints the number of each that has been
 * acknowledged. Its argument is the store's settings as JSON.
 */
import { Audit } from '../../server/audit/audit.ts';
import { openStore } from '../../server/store/store.ts';
import type { StoreSettings } from './stores.ts';

async function main(): Promise<void> {
  const store = await openStore(JSON.parse(process.argv[2] ?? '') as StoreSettings);
  const audit = new Audit(store);
  const writeOne = async (index: number): Promise<void> => {
    const id = `${process.pid}-${index}`;
    const entry = {
      kind: 'watching',
      action: 'began',
      actor: { kind: 'person', id, name: 'Somebody' },
      address: '203.0.113.5',
      zone: 'CBD-TRAFFIC-01',
    } as const;
    if (index % 3 > 0) await audit.record(entry);
    else {
      await store.transaction(async (records) => {
        await records.facts.set(id, 'changed');
        await audit.within(records, entry);
      });
    }
    process.stdout.write(`${id}\n`);
  };
  for (let index = 0; ; index += 5) {
    await Promise.all([0, 1, 2, 3, 4].map((offset) => writeOne(index + offset)));
  }
}

await main();
