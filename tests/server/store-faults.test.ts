/** A store that is locked, lost or full: nobody waits for ever, nothing ends, and all is told in words. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterEach, expect, test } from 'vitest';
import { sqliteFile } from '../../server/store/sqlite.ts';
import { Client, rtpCapabilities, tile, type Answer } from '../support/client.ts';
import { metricValue } from '../support/metrics.ts';
import { longestStandstill, readiness } from '../support/readiness.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { lockStore } from '../support/store-lock.ts';
import { enrol, setUp, Visitor } from '../support/visitor.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'surveillance-faults-'));
  ends.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function serve(settings: Record<string, string>): Promise<RunningServer> {
  const server = await startServer({ TLS_ENABLED: 'false', ...settings });
  ends.push(() => server.stop());
  return server;
}

function clientOf(server: RunningServer): Client {
  const client = new Client(server.url);
  ends.push(() => client.close());
  return client;
}

const join = (client: Client, zone: string): Promise<Answer> =>
  client.ask('watch', { tiles: [tile(zone)], rtpCapabilities });

/** Asks until it is let in, as clients do by themselves. @returns ms that it took */
async function joinAtLast(client: Client, zone: string): Promise<number> {
  const began = performance.now();
  await expect.poll(async () => (await join(client, zone)).ok, { timeout: 10_000 }).toBe(true);
  return performance.now() - began;
}

function recordsOf(file: string): { action: string; at: number; detail: Record<string, string> }[] {
  const database = new Database(file);
  const rows = database.prepare('select at, action, content from audit order by number').all([]);
  database.close();
  return (rows as { at: number; action: string; content: string }[]).map(
    ({ at, action, content }) => ({
      at,
      action,
      detail: ((JSON.parse(content) as { detail?: Record<string, string> }).detail ??= {}),
    }),
  );
}

const storeErrors = (server: RunningServer) =>
  server.log.filter(({ msg }) => String(msg).startsWith("The server's database"));

test('locked by another program for 6 s: joins hear it in time, the server goes on, and ends are written later', async () => {
  const store = folder();
  const server = await serve({ STORE_FOLDER: store });
  const [leaving, comer] = [clientOf(server), clientOf(server)];
  await leaving.request('watch', { tiles: [tile('LOCK-01')], rtpCapabilities });
  await longestStandstill(server.url);
  const file = path.join(store, sqliteFile);
  const unlock = lockStore(file);
  const locked = performance.now();
  await leaving.request('leave', {});
  while (performance.now() - locked < 6000) {
    const asked = performance.now();
    const { error } = await join(comer, 'LOCK-02');
    expect(error).toMatchObject({
      code: 'unavailable',
      message: /another program holds it locked|in time/,
    });
    expect(performance.now() - asked).toBeLessThan(7000);
  }
  expect(await readiness(server.url)).toMatchObject({
    ready: false,
    parts: { store: expect.stringContaining('another program holds it locked') as string },
  });
  unlock();
  expect(await joinAtLast(comer, 'LOCK-02')).toBeLessThan(2000);
  await expect.poll(async () => (await readiness(server.url)).ready, { timeout: 5000 }).toBe(true);
  expect(await longestStandstill(server.url)).toBeLessThan(1000);
  expect(storeErrors(server)).toHaveLength(1);
  // The end was written when it could be, with the time at which it was, and before what came after it.
  const actions = recordsOf(file).map(({ action }) => action);
  expect(actions).toEqual(['started', 'began', 'ended', 'began']);
  const ended = recordsOf(file)[2];
  expect(Date.now() - (ended?.at ?? 0)).toBeGreaterThan(6000);
}, 40_000);

test.each([
  ['removed', (file: string) => rmSync(file)],
  ['replaced', (file: string) => writeFileSync(`${file}.new`, 'another')],
])(
  'a file that is %s under the server is noticed, told once, and nothing is acknowledged into it',
  async (_, lose) => {
    const store = folder();
    const file = path.join(store, sqliteFile);
    const server = await serve({ ACCESS_MODE: 'accounts', STORE_FOLDER: store });
    const administrator = await setUp(server);
    const watcher = administrator.socket();
    ends.push(() => watcher.close());
    await watcher.request('watch', { tiles: [tile('LOST-01')], rtpCapabilities });
    lose(file);
    if (existsSync(`${file}.new`)) renameSync(`${file}.new`, file);
    expect((await join(watcher, 'LOST-02')).error).toMatchObject({ code: 'unavailable' });
    expect((await new Visitor(server.url).signIn('Ada')).code).toBe('unavailable');
    await expect
      .poll(async () => (await readiness(server.url)).parts.store, { timeout: 5000 })
      .toContain('its file was removed or replaced');
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metricValue(metrics, 'surveillance_part_up{part="store"}')).toBe(0);
    expect(metricValue(metrics, 'surveillance_store_failures_total')).toBeGreaterThan(0);
    expect(storeErrors(server)).toHaveLength(1);
  },
);

const mayMount = process.getuid?.() === 0;
if (!mayMount) console.warn('SKIPPED for want of: the right to mount a small disk');

test.skipIf(!mayMount)(
  'a full disk is called that, locks nobody with a key out, and is over when there is room',
  async ({ skip }) => {
    const store = folder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=0700', 'none', store], {
        stdio: 'pipe',
      });
    } catch (error) {
      skip(`SKIPPED for want of: the right to mount (${(error as Error).message})`);
    }
    ends.push(() => execFileSync('umount', ['--lazy', store]));
    const server = await serve({ ACCESS_MODE: 'accounts', STORE_FOLDER: store });
    const administrator = await setUp(server);
    const wall = await enrol(server, await administrator.addKey('wall', '*'));
    const watcher = wall.socket();
    ends.push(() => watcher.close());
    await watcher.request('watch', { tiles: [tile('FULL-01')], rtpCapabilities });
    // As if it had been used long ago, so that its use is to be noted again.
    const file = path.join(store, sqliteFile);
    const database = new Database(file);
    database.exec(
      'update keys set last_used = 0; update sign_ins set last_seen = 0 where key_id is not null',
    );
    database.close();
    const filler = path.join(store, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(8_000_000));
    } catch {
      // Until nothing fits any more, which is the point.
    }
    let refusal: Answer['error'];
    for (let round = 0; round < 40 && !refusal; round += 1) {
      refusal = (await join(watcher, `FULL-${round + 2}`)).error;
    }
    expect(refusal).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('the disk is full') as string,
    });
    const returning = wall.socket();
    ends.push(() => returning.close());
    await returning.connected();
    expect((await readiness(server.url)).parts.store).toContain('the disk is full');
    const said = JSON.stringify(server.log);
    expect(said).toContain('the disk is full');
    expect(said).not.toContain('cannot rollback');
    rmSync(filler);
    await joinAtLast(watcher, 'FULL-99');
    await expect
      .poll(async () => (await readiness(server.url)).ready, { timeout: 5000 })
      .toBe(true);
  },
);

test('a start tells of the stop or crash before it, and closes what was open then', async () => {
  const store = folder();
  const file = path.join(store, sqliteFile);
  const server = await serve({ STORE_FOLDER: store });
  await clientOf(server).request('watch', { tiles: [tile('CRASH-01')], rtpCapabilities });
  const gone = clientOf(server);
  await gone.request('watch', { tiles: [tile('CRASH-02')], rtpCapabilities });
  await gone.request('leave', {});
  await expect.poll(() => recordsOf(file).at(-1)?.action).toBe('ended');
  await server.restart('SIGKILL');
  const afterCrash = recordsOf(file).map(({ action, detail }) => [
    action,
    detail.reason ?? detail.after,
  ]);
  expect(afterCrash).toEqual([
    ['started', 'nothing'],
    ['began', undefined],
    ['began', undefined],
    ['ended', undefined],
    ['ended', 'crash'],
    ['crashed', undefined],
    ['started', 'crash'],
  ]);
  await clientOf(server).request('watch', { tiles: [tile('CRASH-03')], rtpCapabilities });
  await server.restart('SIGTERM');
  const afterStop = recordsOf(file).map(({ action, detail }) => [
    action,
    detail.reason ?? detail.after,
  ]);
  expect(afterStop.slice(afterCrash.length)).toEqual([
    ['began', undefined],
    ['ended', undefined],
    ['stopped', undefined],
    ['started', 'stop'],
  ]);
});

test('the folder and the files of the store are this user’s alone, also a folder that was there before', async () => {
  const parent = folder();
  const store = path.join(parent, 'data');
  execFileSync('mkdir', ['--mode=0755', store]);
  const server = await serve({ STORE_FOLDER: store });
  await clientOf(server).request('watch', { tiles: [tile('MODE-01')], rtpCapabilities });
  expect(statSync(store).mode & 0o777).toBe(0o700);
  for (const name of ['', '-wal', '-shm']) {
    expect(statSync(path.join(store, `${sqliteFile}${name}`)).mode & 0o777, name).toBe(0o600);
  }
  await server.stop();
  await expect.poll(() => readdirSync(store), { timeout: 10_000 }).toEqual([sqliteFile]);
  // What holds other folders may be others' too, and is not taken from them.
  execFileSync('mkdir', [
    '--mode=0755',
    path.join(parent, 'shared'),
    path.join(parent, 'shared', 'more'),
  ]);
  await expect(startServer({ STORE_FOLDER: path.join(parent, 'shared') })).rejects.toThrow(
    /store\.folder is not usable.*others may look into the folder/,
  );
});
