/** What an administrator meets first: health, start and stop of the whole server. */
import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { freePort, startServer, type RunningServer } from '../support/server.ts';

const store = mkdtempSync(path.join(tmpdir(), 'surveillance-store-'));
afterAll(() => rmSync(store, { recursive: true }));
let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

function failedStart(settings: Record<string, string>, args: string[] = []) {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'server/main.ts', ...args],
    {
      cwd: projectFolder,
      env: { ...process.env, SURVEILLANCE_STORE_FOLDER: store, ...settings },
      encoding: 'utf8',
      timeout: 20_000,
    },
  );
  return { status, stderr };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('health and readiness, and the page with its start data', async () => {
  server = await startServer({ TLS_ENABLED: 'false' });
  expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
  const ready = await fetch(`${server.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ ready: true, parts: { media: 'ok', sessions: 'ok' } });
  const page = await (await fetch(server.url)).text();
  expect(page).toContain('<title>Urban Surveillance Command Console</title>');
  expect(page).toMatch(/id="surveillance-page-data">.*VP8/);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s ends it in order within 3 s',
  async (signal) => {
    server = await startServer({ TLS_ENABLED: 'false' });
    const client = new Client(server.url);
    await client.ask('watch', { tiles: [tile('STOP-01')], rtpCapabilities });
    const workers = server.workerPids();
    const begun = Date.now();
    const { process: child } = server;
    const code = await new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill(signal);
    });
    expect(code).toBe(0);
    expect(Date.now() - begun).toBeLessThan(3000);
    expect(client.heard('server:stopping')).toHaveLength(1);
    for (const pid of workers) await expect.poll(() => isRunning(pid)).toBe(false);
    const lines = server.log.filter(({ zone }) => zone === 'STOP-01');
    expect(lines).toMatchObject([
      { msg: 'session started', role: 'operator' },
      { msg: 'session ended', role: 'operator', duration: expect.any(Number) as unknown },
    ]);
  },
);

test('connections on which nothing was asked yet, as browsers keep them, do not hold its end up', async () => {
  server = await startServer();
  const { port } = new URL(server.url);
  const bare = connectTcp(Number(port), '127.0.0.1');
  const secured = connectTls({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false });
  await Promise.all([once(bare, 'connect'), once(secured, 'secureConnect')]);
  for (const connection of [bare, secured]) connection.on('error', () => {}); // It may be reset.
  const { log } = server;
  expect(await server.stop()).toBe(0);
  server = undefined;
  expect(log.map(({ msg }) => msg)).toContain('server stopping');
  expect(log.map(({ msg }) => msg)).not.toContainEqual(expect.stringContaining('did not stop'));
  for (const connection of [bare, secured]) connection.destroy();
});

test('a port in use is one sentence that names the setting', async () => {
  const port = await freePort();
  const holder = createServer().listen(port, '127.0.0.1');
  await once(holder, 'listening');
  try {
    const { status, stderr } = failedStart({
      SURVEILLANCE_HTTP_PORT: `${port}`,
      SURVEILLANCE_HTTP_HOST: '127.0.0.1',
      SURVEILLANCE_MEDIA_PORT: '0',
      SURVEILLANCE_MEDIA_WORKERS: '1',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^The setting http\.port \d+ is in use .*\n$/);
  } finally {
    holder.close();
  }
});

test.each([
  [{ SURVEILLANCE_TLS_CERT_FILE: '/nowhere/cert.pem' }, [], 'tls.cert_file'],
  [{ SURVEILLANCE_HTTP_PORT: '99999' }, [], 'http.port'],
  [{ SURVEILLANCE_STORE_URL: 'mysql://localhost' }, [], 'store.url'],
  [{ SURVEILLANCE_HTPP_PORT: '1' }, [], 'SURVEILLANCE_HTPP_PORT'],
  [{}, ['--config', '/nowhere.yaml'], '/nowhere.yaml'],
  [{}, ['--colour'], '--colour'],
])('%j %j ends with one sentence and exit code 1', (settings, args, name) => {
  const { status, stderr } = failedStart(settings, args);
  expect(status).toBe(1);
  expect(stderr).toContain(name);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
