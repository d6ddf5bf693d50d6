/** Media workers that hang, cannot be had, or must not know too much: against the real server. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { metricValue } from '../support/metrics.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const clip = threeLayerClip();
let server: RunningServer | undefined;
const clean: (() => void)[] = [];

afterEach(async () => {
  for (const undo of clean.splice(0).reverse()) undo();
  await server?.stop();
  server = undefined;
});

async function start(...how: Parameters<typeof startServer>): Promise<RunningServer> {
  server = await startServer({ TLS_ENABLED: 'false', ...how[0] }, how[1]);
  return server;
}

async function film(url: string, zone: string): Promise<LightPublisher> {
  const camera = await LightPublisher.start(url, zone, clip);
  clean.push(() => camera.close());
  return camera;
}

async function look(url: string, zone: string): Promise<LightWatcher> {
  const watcher = new LightWatcher(url);
  clean.push(() => watcher.close());
  await watcher.watch(zone);
  await watcher.connected();
  return watcher;
}

/** Stops a process as a debugger would; it goes on, if it is still there, when the test ends. */
function freeze(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  clean.push(() => {
    if (runs(pid)) process.kill(pid, 'SIGCONT');
  });
}

/** Whether a process is there, and not only its remains. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

interface Readiness {
  ready: boolean;
  parts: { media: string };
}
async function readiness(url: string): Promise<Readiness> {
  return (await (await fetch(`${url}/readyz`)).json()) as Readiness;
}

async function scrape(url: string): Promise<string> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2000) });
  return answer.text();
}

/** A worker that hangs as soon as it is started, for as long as the file is there. */
function hangingProgram(): { program: string; hang: () => void; mend: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'hanging-'));
  const [program, mark] = [path.join(folder, 'worker'), path.join(folder, 'hang')];
  const real = process.env.MEDIASOUP_WORKER_BIN ?? '';
  const script = `#!/bin/sh\nif [ -e '${mark}' ]; then exec sleep 600; fi\nexec '${real}' "$@"\n`;
  writeFileSync(program, script, { mode: 0o755 });
  clean.push(() => rmSync(folder, { recursive: true }));
  return { program, hang: () => writeFileSync(mark, ''), mend: () => rmSync(mark) };
}

test('a worker that hangs is noticed, told of, killed and replaced; its zones come back, others go on', async () => {
  const { url, log, workerPids } = await start();
  // Zones fill the workers in turn.
  await film(url, 'HANG-CAM-1');
  await film(url, 'HANG-CAM-2');
  const watchers = [await look(url, 'HANG-CAM-1'), await look(url, 'HANG-CAM-2')];
  const packets = (): number[] => watchers.map((watcher) => watcher.received().packets);
  await expect.poll(() => Math.min(...packets()), { timeout: 10_000 }).toBeGreaterThan(50);

  const [pid = 0] = workerPids();
  const begun = performance.now();
  freeze(pid);
  await expect.poll(async () => (await readiness(url)).ready, { timeout: 3000 }).toBe(false);
  expect((await readiness(url)).parts.media).toMatch(/Media worker 0 does not answer/);
  const during = await scrape(url);
  expect(metricValue(during, 'surveillance_worker_up{worker="0"}')).toBe(0);
  expect(metricValue(during, 'surveillance_worker_up{worker="1"}')).toBe(1);
  expect(metricValue(during, 'surveillance_part_up{part="media"}')).toBe(0);

  await expect.poll(() => runs(pid), { timeout: 3000 }).toBe(false);
  const lines = log.filter(({ msg }) => msg === 'media worker does not answer; killing it');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ worker: 0, pid });
  await expect.poll(async () => (await readiness(url)).ready, { timeout: 5000 }).toBe(true);
  // One of the two never stopped, and the other has begun anew.
  await expect.poll(() => Math.min(...packets()), { timeout: 5000 }).toBeGreaterThan(0);
  const before = packets();
  await expect
    .poll(() => packets().map((now, at) => now > (before[at] ?? 0) + 20), { timeout: 5000 })
    .toEqual([true, true]);
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(metricValue(await scrape(url), 'surveillance_worker_hangs_total')).toBe(1);
});

test('somebody who joins while a worker hangs gets the zones of the others at once', async () => {
  const { url, workerPids } = await start();
  await film(url, 'JOIN-CAM-1');
  await film(url, 'JOIN-CAM-2');
  const [pid = 0] = workerPids();
  freeze(pid);
  await expect.poll(async () => (await readiness(url)).ready, { timeout: 3000 }).toBe(false);
  const watchers = [await look(url, 'JOIN-CAM-1'), await look(url, 'JOIN-CAM-2')];
  await expect
    .poll(() => watchers.some((watcher) => watcher.received().packets > 20), { timeout: 2000 })
    .toBe(true);
  await expect
    .poll(() => watchers.every((watcher) => watcher.received().packets > 20), { timeout: 10_000 })
    .toBe(true);
});

test('a server that is stopped takes its hanging workers with it', async () => {
  const running = await start();
  const pids = running.workerPids();
  for (const pid of pids) freeze(pid);
  const begun = performance.now();
  expect(await running.stop()).toBe(0);
  expect(performance.now() - begun).toBeLessThan(3000);
  expect(pids.filter(runs)).toEqual([]);
});

test('a worker that hangs before it is up is given up, and tried again until it comes', async () => {
  const { program, hang, mend } = hangingProgram();
  const { url, workerPids, log } = await start(
    {},
    { variables: { MEDIASOUP_WORKER_BIN: program } },
  );
  const [pid = 0] = workerPids();
  hang();
  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await readiness(url)).ready, { timeout: 3000 }).toBe(false);
  expect((await readiness(url)).parts.media).toMatch(/Media worker 0 has ended/);
  const failed = () => log.filter(({ msg }) => /not replaced; trying again/.test(String(msg)));
  await expect.poll(() => failed().length, { timeout: 10_000 }).toBe(1);
  mend();
  await expect.poll(async () => (await readiness(url)).ready, { timeout: 10_000 }).toBe(true);
});

test('a worker knows of the variables only what a program needs, and one that does well is left alone', async () => {
  const { workerPids } = await start(
    { TURN_SECRET: 'not-for-workers' },
    { variables: { SOME_TOKEN: 'nor-this', PGPASSWORD: 'nor-that' } },
  );
  const pids = workerPids();
  for (const pid of pids) {
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .map((entry) => entry.split('=')[0]);
    expect(names).toContain('MEDIASOUP_VERSION');
    expect(
      names.filter((name) => /^(SURVEILLANCE_|SOME_TOKEN|PGPASSWORD|NODE_)/.test(name ?? '')),
    ).toEqual([]);
  }
  await new Promise((resolve) => setTimeout(resolve, 5500));
  expect(pids.filter(runs)).toEqual(pids);
});

test('a worker that dies while no file can be opened is replaced as soon as one can', async () => {
  const { url, workerPids, log, process: child } = await start();
  const limit = (files: number): void =>
    void execFileSync('prlimit', ['--pid', `${child.pid}`, `--nofile=${files}:`]);
  const [pid = 0] = workerPids();
  limit(20);
  process.kill(pid, 'SIGKILL');
  const failed = () => log.filter(({ msg }) => /not replaced; trying again/.test(String(msg)));
  await expect.poll(() => failed().length, { timeout: 5000 }).toBe(1);
  expect(JSON.stringify(failed()[0]?.err)).toMatch(/EMFILE/);
  // It fails again and again, which is not said again.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(failed()).toHaveLength(1);
  expect(child.exitCode).toBeNull();
  limit(4096);
  await expect.poll(async () => (await readiness(url)).ready, { timeout: 10_000 }).toBe(true);
});
