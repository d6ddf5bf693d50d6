/**
 * The mediasoup worker: named, cached, or built here; in this order. What is built here is mended, so that no packet
 * of a client can end it (docs/decisions/mended-worker.md), and sends in batches (docs/performance.md). The
 * official download has neither, and is taken only with MEDIASOUP_WORKER_OFFICIAL.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../server/config.ts';
import { cacheFolders, writableCache } from './cache.mjs';
import { contentHash } from './content-hash.ts';
import { ensureDebianPackages } from './debian.ts';
import { fetchLibsrtp } from './libsrtp.ts';
import { run } from './process.ts';
import { say, SetupError, step } from './progress.ts';

export interface WorkerProgram {
  readonly path: string;
  /** Where it came from, for people. */
  readonly origin: string;
}

const packageFolder = path.join(projectFolder, 'node_modules/mediasoup');
const recipeFolder = path.join(projectFolder, 'deployment/worker');
/** What does AES-GCM for the worker, where there is one for the processor. */
export const gcmPackages = process.arch === 'x64' ? ['libipsec-mb-dev'] : [];
const buildPackages = [
  ...['cmake', 'ninja-build', 'pkg-config', 'g++', 'libssl-dev', 'libuv1-dev', 'libsrtp2-dev'],
  ...['libjemalloc-dev', 'libabsl-dev', 'libflatbuffers-dev', 'flatbuffers-compiler', 'patch'],
  ...gcmPackages,
];
const probeTimeout = 4000; // ms
const downloadTimeout = 120_000; // ms
const longestSetup = 24 * 60 * 60 * 1000; // ms

/** @throws SetupError that says what to do */
export async function ensureWorker(): Promise<WorkerProgram> {
  const named = process.env.MEDIASOUP_WORKER_BIN;
  if (named) {
    await prove(named, 'The program that MEDIASOUP_WORKER_BIN names');
    return { path: named, origin: 'named by MEDIASOUP_WORKER_BIN' };
  }
  const { version } = readPackage();
  const key = `${version}-${process.platform}-${process.arch}-${contentHash([recipeFolder]).slice(0, 12)}`;
  const mayDownload = Boolean(process.env.MEDIASOUP_WORKER_OFFICIAL);
  const origins = mayDownload ? (['official', 'built'] as const) : (['built'] as const);
  for (const origin of origins) {
    // Only proved programs get into the cache, so one that is there works.
    const cached = cacheFolders()
      .map((folder) => path.join(folder, 'worker', `${key}-${origin}`, 'mediasoup-worker'))
      .find((file) => existsSync(file));
    if (cached) return { path: cached, origin: describe(origin, version) };
  }
  const writable = writableCache();
  if (!writable) {
    throw new SetupError(
      `The media worker has to be kept somewhere: let this user write to one of ${cacheFolders().join(', ')}, or name a folder in XDG_CACHE_HOME.`,
    );
  }
  const cache = path.join(writable, 'worker');
  mkdirSync(cache, { recursive: true });
  removeLeftovers(cache);
  const work = mkdtempSync(path.join(cache, 'making-'));
  try {
    const official = mayDownload ? await download(version, work) : undefined;
    const origin = official ? 'official' : 'built';
    const made = official ?? (await build(work));
    if (!official) await prove(made, 'The worker that was built');
    const ready = path.join(work, 'ready');
    mkdirSync(ready);
    copyFileSync(made, path.join(ready, 'mediasoup-worker'));
    chmodSync(path.join(ready, 'mediasoup-worker'), 0o755);
    const home = path.join(cache, `${key}-${origin}`);
    try {
      renameSync(ready, home); // whole or not at all
    } catch (error) {
      if (!existsSync(home)) throw error; // otherwise another set-up was quicker
    }
    say(`✓ media worker: ${describe(origin, version)}`);
    return { path: path.join(home, 'mediasoup-worker'), origin: describe(origin, version) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What set-ups that were cut off have left behind. */
function removeLeftovers(cache: string): void {
  for (const name of readdirSync(cache).filter((name) => name.startsWith('making-'))) {
    const folder = path.join(cache, name);
    const age = Date.now() - statSync(folder).mtimeMs;
    if (age > longestSetup) rmSync(folder, { recursive: true, force: true });
  }
}

function describe(origin: 'official' | 'built', version: string): string {
  return origin === 'official'
    ? `official, mediasoup ${version}`
    : `built here with Debian's libraries, mediasoup ${version}`;
}

function readPackage(): {
  version: string;
  repository: { url: string };
  scripts: Record<string, string>;
} {
  return JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as ReturnType<
    typeof readPackage
  >;
}

/** The official program, in a copy of the package; undefined where it cannot be had or does not run. */
async function download(version: string, work: string): Promise<string | undefined> {
  const { repository, scripts } = readPackage();
  const releases = repository.url.replace(/^git\+/, '').replace(/\.git$/, '/releases');
  try {
    await fetch(releases, { method: 'HEAD', signal: AbortSignal.timeout(probeTimeout) });
  } catch {
    say(
      `• media worker: no official download of mediasoup ${version} from here; it is built instead`,
    );
    return undefined;
  }
  return step(`media worker: downloading the official one, mediasoup ${version}`, async () => {
    const [, script = 'npm-scripts.mjs', ...args] = (scripts.postinstall ?? '').split(' ');
    const output = path.join(packageFolder, 'worker/out/Release/mediasoup-worker');
    // With PYTHON=false the package's script gives up after the download, instead of building.
    const env = {
      ...process.env,
      PYTHON: 'false',
      MEDIASOUP_FORCE_WORKER_PREBUILT_DOWNLOAD: 'true',
    };
    await run(process.execPath, [script, ...args], {
      cwd: packageFolder,
      env,
      timeout: downloadTimeout,
    });
    if (!existsSync(output)) return undefined;
    const copy = path.join(work, 'downloaded');
    copyFileSync(output, copy);
    try {
      await prove(copy, 'The official worker');
      return copy;
    } catch {
      say('• media worker: the official one does not run on this machine');
      return undefined;
    }
  });
}

async function build(work: string): Promise<string> {
  await ensureDebianPackages(buildPackages, 'Building the media worker');
  return step('media worker: building it from source, about 5 minutes on 2 cores', async () => {
    const libsrtp = await fetchLibsrtp(work);
    if (!libsrtp) {
      say("  the source of libsrtp is not to be had: the system's own is taken, which is slower");
    }
    const sources = [
      `-DWORKER_SOURCE=${path.join(packageFolder, 'worker')}`,
      ...(libsrtp ? [`-DLIBSRTP_SOURCE=${libsrtp}`] : []),
    ];
    const folder = path.join(work, 'build');
    await must('cmake', ['-G', 'Ninja', '-S', recipeFolder, '-B', folder, ...sources]);
    let told = performance.now();
    await must('ninja', ['-C', folder], (line) => {
      const progress = /^\[\d+\/\d+\]/.exec(line)?.[0];
      if (!progress) return;
      if (process.stdout.isTTY) process.stdout.write(`\r  ${progress} `);
      else if (performance.now() - told > 15_000) {
        told = performance.now();
        say(`  ${progress}`);
      }
    });
    if (process.stdout.isTTY) process.stdout.write('\n');
    return path.join(folder, 'mediasoup-worker');
  });
}

async function must(
  program: string,
  args: string[],
  onLine?: (line: string) => void,
): Promise<void> {
  const { code, tail } = await run(program, args, {}, onLine);
  if (code !== 0)
    throw new SetupError(`The media worker could not be built (${program}):\n${tail}`);
}

/** Starts the program once, as the server would. */
async function prove(program: string, name: string): Promise<void> {
  const { createWorker } = await import('mediasoup');
  try {
    const worker = await createWorker({ workerBin: program, logLevel: 'none' });
    worker.close();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(`${name}, ${program}, does not start: ${reason}`);
  }
}
