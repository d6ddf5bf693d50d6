/** PostgreSQL that cuts its connections, or says nothing any more: the server lives, and says so in time. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Client, rtpCapabilities, tile, type Answer } from '../support/client.ts';
import { CuttableDoor } from '../support/cuttable-door.ts';
import { postgresPrograms, startPostgres, type RunningPostgres } from '../support/postgres.ts';
import { readiness } from '../support/readiness.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serve(url: string): Promise<RunningServer> {
  const server = await startServer({ TLS_ENABLED: 'false', STORE_URL: url });
  ends.push(() => server.stop());
  return server;
}

function clientOf(server: RunningServer): Client {
  const client = new Client(server.url);
  ends.push(() => client.close());
  return client;
}

const join = (client: Client, zone: string): Promise<Answer> =>
  client.socket
    .timeout(8000)
    .emitWithAck('watch', { tiles: [tile(zone)], rtpCapabilities }) as Promise<Answer>;

if (!postgresPrograms) console.warn('SKIPPED for want of: postgresql');
describe.skipIf(!postgresPrograms)('PostgreSQL', () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());

  test('connections that are cut while in use end nothing: joins are answered, and go on', async () => {
    const url = await postgres.makeDatabase();
    const server = await serve(url);
    const cutter = new pg.Client({ connectionString: url, application_name: 'cutter' });
    await cutter.connect();
    ends.push(() => cutter.end());
    const clients = Array.from({ length: 4 }, () => clientOf(server));
    const answers: Answer[] = [];
    let cut = 0;
    for (let round = 0; round < 15; round += 1) {
      const joins = clients.map((client) => join(client, `CUT-${round}`));
      const { rowCount } = await cutter.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'surveillance'",
      );
      cut += rowCount ?? 0;
      answers.push(...(await Promise.all(joins)));
    }
    expect(cut).toBeGreaterThan(5);
    expect(server.process.exitCode).toBeNull();
    for (const { ok, error } of answers) expect(ok || error?.code).toSatisfy(isTrueOrPassing);
    const [client] = clients;
    if (!client) throw new Error('there are four');
    await expect.poll(async () => (await join(client, 'CUT-99')).ok, { timeout: 5000 }).toBe(true);
    await expect
      .poll(async () => (await readiness(server.url)).ready, { timeout: 5000 })
      .toBe(true);
  });

  test('a database that says nothing any more keeps no join waiting, is told of, and is used again when it speaks', async () => {
    const { door, url } = await CuttableDoor.before(await postgres.makeDatabase());
    ends.push(() => door.close());
    const server = await serve(url);
    const client = clientOf(server);
    expect((await join(client, 'SILENT-01')).ok).toBe(true);
    door.silence();
    const asked = performance.now();
    expect((await join(client, 'SILENT-02')).error?.code).toBe('unavailable');
    expect(performance.now() - asked).toBeLessThan(7000);
    await expect
      .poll(async () => (await readiness(server.url)).parts.store, { timeout: 6000 })
      .toMatch(/does not answer in time|was lost/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    door.mend();
    await expect
      .poll(async () => (await join(client, 'SILENT-03')).ok, { timeout: 8000 })
      .toBe(true);
    await expect
      .poll(async () => (await readiness(server.url)).ready, { timeout: 5000 })
      .toBe(true);
  });
});

function isTrueOrPassing(outcome: unknown): boolean {
  return outcome === true || outcome === 'unavailable';
}
