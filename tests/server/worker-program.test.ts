/** Which program the media workers are: chosen, checked when it starts, and said. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { metricValue } from '../support/metrics.ts';
import { WhepPlayer } from '../support/peers/whep-player.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const real = process.env.MEDIASOUP_WORKER_BIN ?? '';
const dependencies = 'dependency-descriptor';
const folder = mkdtempSync(path.join(tmpdir(), 'worker-program-'));
let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The same program, but it does not tell its parts; upstream's own does not either. */
function silentProgram(): string {
  const program = path.join(folder, 'worker');
  const script = `#!/bin/bash\nexec '${real}' "$@" 2> >(grep --line-buffered -v '^surveillance worker' >&2)\n`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(program, script, { mode: 0o755 });
  return program;
}

interface Readiness {
  readonly ready: boolean;
  readonly parts: object;
  readonly details: { worker: { kind: string; parts: string[]; lacks: string[] } };
}

async function told({ url }: RunningServer) {
  const readiness = (await (await fetch(`${url}/readyz`)).json()) as Readiness;
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return { readiness, metrics, page: await (await fetch(url)).text() };
}

test('a program of ours says its parts, and so do /readyz and the metrics', async () => {
  server = await startServer({ TLS_ENABLED: 'false' });
  const { readiness, metrics, page } = await told(server);
  const { kind, parts, lacks } = readiness.details.worker;
  expect(['fast', 'plain']).toContain(kind);
  expect(parts).toContain('mends');
  expect(parts.includes('batches')).toBe(kind === 'fast');
  expect(lacks.join()).not.toMatch(/malformed/);
  expect(metricValue(metrics, `surveillance_worker_program{kind="${kind}"}`)).toBe(1);
  expect(metricValue(metrics, 'surveillance_worker_program{kind="official"}')).toBe(0);
  expect(metricValue(metrics, 'surveillance_worker_part_active{part="mends"}')).toBe(1);
  expect(page).toContain(dependencies);
});

test('a program without the mends runs where it is chosen, says what it lacks, and gets no extension that it would copy at any length', async () => {
  const variables = { MEDIASOUP_WORKER_BIN: silentProgram() };
  server = await startServer({ TLS_ENABLED: 'false', MEDIA_WORKER: 'official' }, { variables });
  const { readiness, metrics, page } = await told(server);
  expect(readiness).toMatchObject({ ready: true, parts: { media: 'ok' } });
  expect(readiness.details.worker.kind).toBe('official');
  expect(readiness.details.worker.lacks.join()).toMatch(/malformed packet/);
  expect(metricValue(metrics, 'surveillance_worker_program{kind="official"}')).toBe(1);
  expect(metricValue(metrics, 'surveillance_worker_part_active{part="mends"}')).toBe(0);
  expect(page).toContain('VP8');
  expect(page).not.toContain(dependencies);
  const player = new WhepPlayer(server.url);
  const refusal = await player.post('GATE-01');
  expect([refusal.status, await refusal.text()]).toEqual([
    501,
    expect.stringMatching(/media\.worker/),
  ]);
  player.close();
});

test('the server refuses a program that is not the one chosen, in one sentence', async () => {
  const variables = { MEDIASOUP_WORKER_BIN: silentProgram() };
  const started = startServer({ TLS_ENABLED: 'false', MEDIA_WORKER: 'fast' }, { variables });
  await expect(started).rejects.toThrow(
    /ended with 1: The media worker .* is not the one that was chosen: media\.worker is `fast`/,
  );
});

test('the banner says which it is and what it is made of', async () => {
  const env = {
    ...process.env,
    ...{
      SURVEILLANCE_HTTP_PORT: '0',
      SURVEILLANCE_MEDIA_PORT: '0',
      SURVEILLANCE_MEDIA_WORKERS: '1',
    },
    ...{ SURVEILLANCE_HTTP_HOST: '127.0.0.1', SURVEILLANCE_ACCESS_MODE: 'open' },
    ...{ SURVEILLANCE_TLS_ENABLED: 'false', SURVEILLANCE_STORE_FOLDER: path.join(folder, 'store') },
  };
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    ...{ cwd: projectFolder, env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  try {
    await expect
      .poll(() => said, { timeout: 20_000 })
      .toMatch(/Worker program +(fast|plain), mends, .*mediasoup \d.*libsrtp \d/);
  } finally {
    child.kill();
    await ended;
  }
});
