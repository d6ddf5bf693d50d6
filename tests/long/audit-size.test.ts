/** An audit of five million records: neither a search nor the first purge holds anything up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { sqliteFile } from '../../server/store/sqlite.ts';
import { openStore } from '../../server/store/store.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { longestStandstill } from '../support/readiness.ts';
import { startServer } from '../support/server.ts';
import { setUp } from '../support/visitor.ts';

const count = 5_000_000;
const day = 86_400_000;

/** As a year of watching would leave it; chained by no real hashes, which neither search nor purge reads. */
function fill(file: string): void {
  const database = new Database(file);
  const now = Date.now();
  const content = JSON.stringify({
    salt: 'x'.repeat(22),
    action: 'began',
    actor: { kind: 'person', id: 'a', name: 'Ada' },
    address: '203.0.113.5',
    zone: 'CBD-TRAFFIC-01',
  });
  database.exec(`
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into audit
    select i, ${now - 100 * day} + i * ${Math.floor((100 * day) / count)}, 'watching', 'began', 'ada',
      'CBD-TRAFFIC-01', '${content}', 'c', 'h' from n;
    update audit_head set number = ${count}, hash = 'h';
  `);
  database.close();
}

test('a search and the purge of a tenth leave joins and the event loop alone', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-size-'));
  try {
    await (await openStore({ url: '', folder })).close();
    fill(path.join(folder, sqliteFile));
    const server = await startServer({
      TLS_ENABLED: 'false',
      ACCESS_MODE: 'accounts',
      STORE_FOLDER: folder,
    });
    try {
      const administrator = await setUp(server);
      await longestStandstill(server.url);
      const client: Client = administrator.socket();
      await client.connected();
      const purged = (): boolean =>
        server.log.some(({ msg }) => msg === 'old audit records purged');
      const joins: number[] = [];
      const search = administrator.ask('GET', '/api/audit?actor=nobody-of-this-name');
      const searched = performance.now();
      let searchTook = 0;
      void search.then(() => (searchTook = performance.now() - searched));
      for (let round = 0; !purged() || searchTook === 0; round += 1) {
        const asked = performance.now();
        await client.request('watch', { tiles: [tile(`SIZE-${round % 50}`)], rtpCapabilities });
        joins.push(performance.now() - asked);
        await new Promise((resolve) => setTimeout(resolve, 1100));
      }
      const standstill = await longestStandstill(server.url);
      console.log({ searchTook, longestJoin: Math.max(...joins), standstill, joins: joins.length });
      expect((await search).status).toBe(200);
      expect(standstill).toBeLessThan(500);
      expect(Math.max(...joins)).toBeLessThan(2000);
      client.close();
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
