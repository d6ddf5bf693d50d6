/** A server that starts with a clock three years ahead: nothing is lost by it, and it says so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { sqliteFile } from '../../server/store/sqlite.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { readiness } from '../support/readiness.ts';
import { startServer } from '../support/server.ts';

const years = 3 * 365 * 86_400_000;
const preload = pathToFileURL(path.resolve('tests/support/shifted-clock.mjs')).href;

test('a start with a clock three years ahead blanks nothing, and is told until the clock is right', async () => {
  const store = mkdtempSync(path.join(tmpdir(), 'surveillance-clock-'));
  const settings = { TLS_ENABLED: 'false', STORE_FOLDER: store };
  const blank = (): number => {
    const database = new Database(path.join(store, sqliteFile));
    const row = database.prepare('select count(*) as n from audit where content is null').get([]);
    database.close();
    return (row as { n: number }).n;
  };
  const runOnce = async (ahead: number) => {
    const variables = { NODE_OPTIONS: `--import=${preload}`, TEST_CLOCK_AHEAD: `${ahead}` };
    const server = await startServer(settings, { variables });
    try {
      await expect.poll(() => server.log.some(({ msg }) => msg === 'audit head')).toBe(true);
      const client = new Client(server.url);
      await client.request('watch', { tiles: [tile('CLOCK-01')], rtpCapabilities });
      client.close();
      const { ready, parts } = await readiness(server.url);
      expect(ready).toBe(true);
      const told = server.log.filter(({ msg }) => String(msg).startsWith('the clock has leapt'));
      return { clock: parts.clock, told: told.length };
    } finally {
      await server.stop();
    }
  };
  try {
    expect(await runOnce(0)).toEqual({ clock: 'ok', told: 0 });
    const leapt = await runOnce(years);
    expect(leapt.clock).toContain('The clock has leapt ahead');
    expect(leapt.told).toBeGreaterThan(0);
    expect(blank()).toBe(0);
    expect(await runOnce(0)).toEqual({ clock: 'ok', told: 0 });
    expect(blank()).toBe(0);
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
});
