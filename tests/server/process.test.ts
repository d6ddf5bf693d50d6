/** What can happen to the process itself: signals, its output, its limits, and the one that started it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { freePort, startServer } from '../support/server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-process-'));
const started: ChildProcess[] = [];
const pids = new Set<number>();
afterEach(async () => {
  // What a test that failed left behind, by its number.
  for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  pids.clear();
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
  await expect.poll(() => started.every(({ exitCode }) => exitCode !== null)).toBe(true);
});
afterAll(() => rmSync(folder, { recursive: true }));

function isRunning(pid: number): boolean {
  try {
    // A process that has ended and that nobody waited for is still counted by kill().
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function environment(): Promise<{ url: string; env: NodeJS.ProcessEnv }> {
  const port = await freePort();
  const env = {
    ...process.env,
    SURVEILLANCE_HTTP_PORT: `${port}`,
    SURVEILLANCE_HTTP_HOST: '127.0.0.1',
    SURVEILLANCE_TLS_ENABLED: 'false',
    SURVEILLANCE_ACCESS_MODE: 'open',
    SURVEILLANCE_MEDIA_PORT: '0',
    SURVEILLANCE_MEDIA_WORKERS: '1',
    SURVEILLANCE_MEDIA_LISTEN: '127.0.0.1',
    SURVEILLANCE_STORE_FOLDER: path.join(folder, `${port}`),
  };
  return { url: `http://127.0.0.1:${port}`, env };
}

function start(program: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(program, args, {
    cwd: projectFolder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  return child;
}

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1000) }).then(
    ({ ok }) => ok,
    () => false,
  );
const serves = (url: string) => expect.poll(() => answers(url), { timeout: 20_000 }).toBe(true);

/** Every process below this one. */
function descendants(pid: number): number[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = numbers.filter((number) => parentOf(number) === pid).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

const serverLine = 'exec node --import tsx server/main.ts';

/** The server with its output handled by a shell; the shell says the server's own pid first. */
async function throughShell(line: string, env: NodeJS.ProcessEnv): Promise<number> {
  const child = start('sh', ['-c', line], { ...env, SERVER: `echo $$ >&2; ${serverLine}` });
  let told = '';
  child.stderr?.on('data', (text: Buffer) => (told += text.toString()));
  await expect.poll(() => told, { timeout: 10_000 }).toMatch(/^\d+\n/);
  const pid = Number.parseInt(told, 10);
  pids.add(pid);
  return pid;
}

test.each([
  // The pipe is full before the server writes its first line, and its reader never reads.
  ['a pipe that nobody reads', '{ head -c 65536 /dev/zero; exec sh -c "$SERVER"; } | sleep 60'],
  ['a pipe whose reader is gone', '{ exec sh -c "$SERVER"; } | true'],
  ['a disk that is full', 'exec sh -c "$SERVER" > /dev/full'],
])('with %s as its output the server serves, and ends when it is told to', async (_name, line) => {
  const { url, env } = await environment();
  const pid = await throughShell(line, { ...env, SURVEILLANCE_LOG_LEVEL: 'trace' });
  await serves(url);
  const client = new Client(url);
  for (let round = 0; round < 50; round += 1) {
    const answer = await client.ask('watch', { tiles: [tile(`R-${round}`)], rtpCapabilities });
    expect(answer.ok).toBe(true);
  }
  const begun = performance.now();
  process.kill(pid, 'SIGTERM');
  await expect.poll(() => isRunning(pid), { timeout: 3000, interval: 50 }).toBe(false);
  expect(performance.now() - begun).toBeLessThan(3000);
  expect(client.heard('server:stopping')).toHaveLength(1);
  client.close();
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
  '%s at `npm start` ends the server and all that belongs to it',
  async (signal) => {
    const { url, env } = await environment();
    const npm = start('npm', ['start'], env);
    await serves(url);
    const below = descendants(npm.pid ?? 0);
    for (const pid of below) pids.add(pid);
    expect(below.length).toBeGreaterThan(2);
    const begun = performance.now();
    npm.kill(signal);
    await expect.poll(() => below.filter(isRunning), { timeout: 5000, interval: 50 }).toEqual([]);
    expect(await answers(url)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(4500);
  },
);

test('the server ends when what started it is killed outright', async () => {
  const { url, env } = await environment();
  const launcher = start(process.execPath, ['deployment/run.mjs', 'start'], env);
  await serves(url);
  const below = descendants(launcher.pid ?? 0);
  for (const pid of below) pids.add(pid);
  launcher.kill('SIGKILL');
  await expect.poll(() => below.filter(isRunning), { timeout: 4000, interval: 50 }).toEqual([]);
});

test.each([
  ['the server', ['--import', 'tsx', 'server/main.ts'], 64],
  ['npm start', ['deployment/run.mjs', 'start'], 64],
  ['npm start', ['deployment/run.mjs', 'start'], 32],
  ['the server with its workers', ['--import', 'tsx', 'server/main.ts'], 300],
])(
  'too few open files for %s are one sentence that says how many are needed',
  async (_, args, limit) => {
    const { env } = await environment();
    const limited = ['-c', 'ulimit -n "$0"; exec "$@"', `${limit}`, process.execPath, ...args];
    const { status, stderr } = spawnSync('sh', limited, {
      cwd: projectFolder,
      env: { ...env, SURVEILLANCE_MEDIA_WORKERS: '20' },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    const [, allowed, needed] = /Only (\d+) files .* at least (\d+) are needed/.exec(stderr) ?? [];
    expect(Number(allowed)).toBe(limit);
    expect(Number(needed)).toBeGreaterThan(limit);
    expect(stderr).toMatch(/ulimit .*LimitNOFILE/);
  },
);

test('an error that nobody expected is one line, and an end in order', async () => {
  const thrower = path.join(folder, 'thrower.cjs');
  writeFileSync(
    thrower,
    `process.on('SIGWINCH', () => { throw new Error('thrown by the test'); });
     process.on('SIGURG', () => { Promise.reject(new Error('rejected by the test')); });`,
  );
  for (const [signal, message] of [
    ['SIGWINCH', 'thrown by the test'],
    ['SIGURG', 'rejected by the test'],
  ] as const) {
    const server = await startServer(
      { TLS_ENABLED: 'false' },
      { variables: { NODE_OPTIONS: `--require ${thrower}` } },
    );
    const client = new Client(server.url);
    await client.ask('watch', { tiles: [tile('FAULT-01')], rtpCapabilities });
    const exit = once(server.process, 'exit');
    const begun = performance.now();
    server.process.kill(signal);
    expect((await exit)[0]).toBe(1);
    expect(performance.now() - begun).toBeLessThan(3000);
    const fatal = server.log.filter(({ level }) => level === 60);
    expect(fatal).toMatchObject([{ err: { message }, msg: expect.any(String) as unknown }]);
    expect(client.heard('server:stopping')).toHaveLength(1);
    expect(server.log.map(({ msg }) => msg)).toContain('session ended');
    client.close();
    await server.stop();
  }
});
