/**
 * The media worker's program: named by somebody, in the cache, or made here, as `media.worker` asks
 * (deployment/worker/README.md). `fast` and `plain` are built here and mended, so that no packet of a client can end
 * them (docs/decisions/mended-worker.md); upstream's download is taken only when `official` is chosen.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { projectFolder, type Settings } from '../../server/config.ts';
import { startWorkerProgram } from '../../server/media/worker-program.ts';
import { cacheFolders, writableCache } from './cache.mjs';
import { contentHash } from './content-hash.ts';
import { say, SetupError } from './progress.ts';
import {
  build,
  ensureBuildPackages,
  recipeFolder,
  versionsLinkedIn,
  type BuiltKind,
} from './worker-build.ts';
import { download, readPackage } from './worker-download.ts';

export type WorkerChoice = Settings['media']['worker'];
type Kind = Exclude<WorkerChoice, 'auto'>;

export interface WorkerProgram {
  readonly path: string;
  /** Which it is and where it came from, for people. */
  readonly origin: string;
}

const program = 'mediasoup-worker';
const longestSetup = 24 * 60 * 60 * 1000; // ms
const kindsOf: Record<WorkerChoice, readonly Kind[]> = {
  auto: ['fast', 'plain'],
  fast: ['fast'],
  plain: ['plain'],
  official: ['official'],
};

/** @throws SetupError that says what to do */
export async function ensureWorker(choice: WorkerChoice = 'auto'): Promise<WorkerProgram> {
  const named = process.env.MEDIASOUP_WORKER_BIN;
  if (named) {
    await prove(named, choice, 'The program that MEDIASOUP_WORKER_BIN names');
    return { path: named, origin: 'named by MEDIASOUP_WORKER_BIN' };
  }
  const kinds = kindsOf[choice];
  const versions = await versionsLinkedIn();
  const known = keyOf(choice, versions);
  // Only proved programs get into the cache, so one that is there works.
  const cached = cachedFolders(known).flatMap((folder) => programsIn(folder, kinds))[0];
  if (cached) return cached;
  const cache = openCache();
  const work = mkdtempSync(path.join(cache, 'making-'));
  try {
    const ready = path.join(work, 'ready');
    mkdirSync(ready);
    if (choice === 'official') await downloadInto(ready);
    else await buildInto(ready, work, choice);
    // The packages may have been installed just now.
    const home = path.join(cache, keyOf(choice, await versionsLinkedIn()));
    place(ready, home, kinds);
    const [made] = programsIn(home, kinds);
    if (!made) throw new Error('what was made is not in the cache');
    say(`✓ media worker: ${made.origin}`);
    return made;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * The name of its folder in the cache: what it is made of, in every part that can change.
 * @param versions of what is linked in; without them, the beginning of the names that come into question
 */
function keyOf(choice: WorkerChoice, versions: string | undefined): string {
  const base = `${readPackage().version}-${process.platform}-${process.arch}`;
  if (choice === 'official') return `${base}-official`;
  const recipe = readdirSync(recipeFolder)
    .filter((name) => !name.endsWith('.md'))
    .map((name) => path.join(recipeFolder, name));
  const source = path.join(projectFolder, 'deployment/setup/libsrtp.ts');
  const hash = contentHash([...recipe, source]).slice(0, 12);
  if (versions === undefined) return `${base}-${hash}-`;
  return `${base}-${hash}-${createHash('sha256').update(versions).digest('hex').slice(0, 8)}`;
}

/** @param key a whole one, or the beginning of one that ends with a hyphen; the newest first */
function cachedFolders(key: string): string[] {
  return cacheFolders()
    .map((folder) => path.join(folder, 'worker'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((folder) => {
      const name = path.basename(folder);
      return key.endsWith('-') ? name.startsWith(key) : name === key;
    })
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
}

function programsIn(folder: string, kinds: readonly Kind[]): WorkerProgram[] {
  const { version } = readPackage();
  return kinds
    .map((kind) => ({ kind, file: path.join(folder, kind, program) }))
    .filter(({ file }) => existsSync(file))
    .map(({ kind, file }) => ({
      path: file,
      origin: `${kind}, mediasoup ${version}, ${kind === 'official' ? 'downloaded' : 'built here'}`,
    }));
}

function openCache(): string {
  const writable = writableCache();
  if (!writable) {
    throw new SetupError(
      `The media worker has to be kept somewhere: let this user write to one of ${cacheFolders().join(', ')}, or name a folder in XDG_CACHE_HOME.`,
    );
  }
  const cache = path.join(writable, 'worker');
  mkdirSync(cache, { recursive: true });
  removeLeftovers(cache);
  return cache;
}

/** What set-ups that were cut off have left behind. */
function removeLeftovers(cache: string): void {
  for (const name of readdirSync(cache).filter((name) => name.startsWith('making-'))) {
    const folder = path.join(cache, name);
    const age = Date.now() - statSync(folder).mtimeMs;
    if (age > longestSetup) rmSync(folder, { recursive: true, force: true });
  }
}

async function downloadInto(folder: string): Promise<void> {
  const file = path.join(folder, 'official', program);
  mkdirSync(path.dirname(file));
  await download(file);
  await proveBuilt(file, 'official');
}

/** Both, where that can be; `plain` alone is enough unless `fast` is asked for. */
async function buildInto(
  folder: string,
  work: string,
  choice: Exclude<WorkerChoice, 'official'>,
): Promise<void> {
  const attempt = async (kinds: BuiltKind[]): Promise<void> => {
    await ensureBuildPackages(kinds);
    await build(kinds, work, folder);
    for (const kind of kinds) await proveBuilt(path.join(folder, kind, program), kind);
  };
  try {
    await attempt(choice === 'plain' ? ['plain'] : ['plain', 'fast']);
  } catch (error) {
    if (choice !== 'auto' || !(error instanceof SetupError)) throw error;
    say(`• media worker: \`fast\` cannot be had here, so \`plain\` is taken. ${error.message}`);
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    rmSync(path.join(work, 'libsrtp'), { recursive: true, force: true });
    await attempt(['plain']);
  }
}

function place(ready: string, home: string, kinds: readonly Kind[]): void {
  try {
    renameSync(ready, home); // whole or not at all
  } catch (error) {
    if (!existsSync(home)) throw error;
    if (programsIn(home, kinds).length > 0) return; // Another set-up was quicker.
    rmSync(home, { recursive: true });
    renameSync(ready, home);
  }
}

async function proveBuilt(file: string, kind: Kind): Promise<void> {
  chmodSync(file, 0o755);
  await prove(file, kind, 'The worker');
}

/** Starts the program once, as the server would. */
async function prove(file: string, choice: WorkerChoice, name: string): Promise<void> {
  try {
    const started = await startWorkerProgram(choice, file);
    await started.end(1000);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupError(`${name}, ${file}, cannot be used: ${reason}`);
  }
}
