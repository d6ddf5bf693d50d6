/** Whatever the moment at which servers are killed: what they have acknowledged is there, and whole. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { readRecord } from '../../server/audit/chain.ts';
import { verify } from '../../server/audit/verify.ts';
import { projectFolder } from '../../server/config.ts';
import type { Store } from '../../server/store/store.ts';
import { describeStores, type StoreSettings } from '../support/stores.ts';

/** Starts a writer, and kills it a random while after a random record. @returns what it acknowledged */
async function writeAndDie(settings: StoreSettings): Promise<string[]> {
  const program = ['--import', 'tsx', 'tests/support/audit-writer.ts', JSON.stringify(settings)];
  const child = spawn(process.execPath, program, {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const acknowledged: string[] = [];
  const last = 10 + Math.floor(Math.random() * 30);
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (acknowledged.push(line) === last)
      setTimeout(() => child.kill('SIGKILL'), Math.random() * 50);
  });
  const [code, signal] = (await closed) as [number | null, string | null];
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  return acknowledged;
}

async function everyRecord(store: Store): Promise<Set<string>> {
  const records = await store.audit.after(0, 1_000_000);
  return new Set(records.flatMap((record) => readRecord(record)?.actor.id ?? []));
}

describeStores((make) => {
  test('two servers at once, killed again and again, lose no record and leave one chain', async () => {
    const settings = await make.fresh();
    const acknowledged: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      // In the first round they also make the database, both at once.
      const lines = await Promise.all([writeAndDie(settings), writeAndDie(settings)]);
      acknowledged.push(...lines.flat());
    }
    const store = await make.open(settings);
    const written = await everyRecord(store);
    expect(acknowledged.length).toBeGreaterThan(50);
    expect(acknowledged.filter((id) => !written.has(id))).toEqual([]);
    expect(await store.snapshot((records) => verify(records))).toMatchObject({ whole: true });
    // A change and its record stand or fall together.
    const together = [...written].filter((id) => Number(id.split('-')[1]) % 3 === 0);
    for (const id of together) expect(await store.facts.get(id), id).toBe('changed');
  }, 120_000);
});
