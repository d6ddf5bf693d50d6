/** A start on a busy machine: what takes far longer to come up than to answer later is waited for, and the log says so. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { sqliteFile } from '../../server/store/sqlite.ts';
import { openStore } from '../../server/store/store.ts';
import { postgresPrograms, startPostgres } from '../support/postgres.ts';
import { readiness } from '../support/readiness.ts';
import { startServer, type HowToStart } from '../support/server.ts';
import { lockStore } from '../support/store-lock.ts';

/** With what the log says after 3 s, longer than any answer may take later. */
const longer = 3500; // ms
const settings = { TLS_ENABLED: 'false', MEDIA_WORKERS: '1' };
const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-slow-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Starts a server while something is in its way, which is cleared some time after the log has said so.
 * @param part for which the log is to say that the start waits
 */
async function startInSpite(
  part: string,
  clear: () => void,
  more: Record<string, string> = {},
  how: HowToStart = {},
): Promise<void> {
  const log: Record<string, unknown>[] = [];
  const saying = (text: string): boolean => log.some(({ msg }) => msg === text);
  const starting = startServer({ ...settings, ...more }, { ...how, log });
  // What it fails by is thrown below.
  const ended = starting.then(
    () => true,
    () => true,
  );
  while (!saying(`the start waits for ${part}`)) {
    if (await Promise.race([ended, pause(50)])) break;
  }
  await Promise.race([ended, pause(longer)]);
  clear();
  const server = await starting;
  try {
    expect(saying(`the start has waited for ${part}, and goes on`)).toBe(true);
    expect((await readiness(server.url)).ready).toBe(true);
  } finally {
    await server.stop();
  }
}

describe.concurrent('a start waits', { timeout: 60_000 }, () => {
  test('for the process that holds SQLite’s file', async () => {
    const pidFile = path.join(folder, 'pid');
    const prefix = ['sh', '-c', `echo $$ > '${pidFile}'; exec "$@"`, 'sh'];
    const stopped = storeProcessOf(pidFile).then((pid) => {
      process.kill(pid, 'SIGSTOP');
      return pid;
    });
    // Where there was none to stop, the test ends with the reason.
    const goOn = (): void =>
      void stopped.then((pid) => process.kill(pid, 'SIGCONT')).catch(() => {});
    await Promise.all([stopped, startInSpite('the database', goOn, { STORE_URL: '' }, { prefix })]);
  });

  test('for another program that holds the database locked', async () => {
    const store = path.join(folder, 'locked');
    await (await openStore({ url: '', folder: store })).close();
    const unlock = lockStore(path.join(store, sqliteFile));
    await startInSpite('the database', unlock, { STORE_FOLDER: store });
  });

  test('for a media worker', async () => {
    const [program, mark] = [path.join(folder, 'worker'), path.join(folder, 'go')];
    const real = process.env.MEDIASOUP_WORKER_BIN ?? '';
    const script = `#!/bin/sh\nuntil [ -e '${mark}' ]; do sleep 0.1; done\nexec '${real}' "$@"\n`;
    writeFileSync(program, script, { mode: 0o755 });
    const variables = { MEDIASOUP_WORKER_BIN: program };
    await startInSpite('the media workers', () => writeFileSync(mark, ''), {}, { variables });
  });

  if (!postgresPrograms) console.warn('SKIPPED for want of: postgresql');
  test.skipIf(!postgresPrograms)('for PostgreSQL', async () => {
    const postgres = await startPostgres();
    const relay = await shutRelay(await postgres.makeDatabase());
    try {
      await startInSpite('the database', relay.open, { STORE_URL: relay.url });
    } finally {
      relay.close();
      await postgres.stop();
    }
  });
});

/** The first process that the server starts for its store, as soon as it is there. */
async function storeProcessOf(pidFile: string): Promise<number> {
  for (const end = performance.now() + 45_000; performance.now() < end; await pause(2)) {
    try {
      const server = readFileSync(pidFile, 'utf8').trim();
      for (const task of readdirSync(`/proc/${server}/task`)) {
        const children = readFileSync(`/proc/${server}/task/${task}/children`, 'utf8');
        for (const child of children.split(' ').filter((text) => text !== '')) {
          const line = readFileSync(`/proc/${child}/cmdline`, 'utf8');
          if (line.includes('sqlite-child')) return Number(child);
        }
      }
    } catch {
      // Not there yet.
    }
  }
  throw new Error('the server has started no process for its store');
}

/** A relay before PostgreSQL that accepts connections, and passes nothing on until it is opened. */
async function shutRelay(url: string) {
  const target = new URL(url);
  const port = Number(target.port);
  const sockets = new Set<Socket>();
  let pass = (): void => {};
  const opened = new Promise<void>((resolve) => (pass = resolve));
  const relay = createServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    void opened.then(() => {
      const onward = connect(port, '127.0.0.1');
      sockets.add(onward);
      onward.on('error', () => onward.destroy());
      client.pipe(onward).pipe(client);
    });
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  target.port = `${(relay.address() as AddressInfo).port}`;
  return {
    url: target.href,
    open: pass,
    close() {
      for (const socket of sockets) socket.destroy();
      relay.close();
    },
  };
}
