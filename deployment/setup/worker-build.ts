/** Builds the media worker's programs from the recipe in deployment/worker, in one go: most of them is the same. */
import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../server/config.ts';
import { ensureDebianPackages, installedVersions } from './debian.ts';
import { fetchLibsrtp } from './libsrtp.ts';
import { run } from './process.ts';
import { say, SetupError, step } from './progress.ts';

export const recipeFolder = path.join(projectFolder, 'deployment/worker');
export const packageFolder = path.join(projectFolder, 'node_modules/mediasoup');
export type BuiltKind = 'plain' | 'fast';

/** Intel's library for AES-GCM; there is none for other processors. */
export const gcmPackages = process.arch === 'x64' ? ['libipsec-mb-dev'] : [];
const toolPackages = ['cmake', 'ninja-build', 'pkg-config', 'g++', 'patch', 'dpkg-dev'];
const libraryPackages = [
  ...['libssl-dev', 'libuv1-dev', 'libsrtp2-dev', 'libabsl-dev', 'libflatbuffers-dev'],
  'flatbuffers-compiler',
];
const fastPackages = ['libjemalloc-dev', ...gcmPackages];
/** For both programs. */
export const buildPackages = [...toolPackages, ...libraryPackages, ...fastPackages];
/** What ends up inside the programs. */
const linkedIn = ['libsrtp2-dev', ...gcmPackages];

/** A library that the programs were built with: for the cache's key, and the list of all parts (sbom.ts). */
export interface BuiltWith {
  /** As the source package is called. */
  readonly name: string;
  readonly version: string;
  /** Whether it is part of the program, or is found where it runs. */
  readonly linking: 'static' | 'shared';
}

/** The versions of what is linked in, as one word; undefined while some of it is not installed. */
export async function versionsLinkedIn(): Promise<string | undefined> {
  const versions = await installedVersions(linkedIn);
  if (linkedIn.some((name) => !versions.has(name))) return undefined;
  return linkedIn.map((name) => `${name}=${versions.get(name)}`).join(' ');
}

export async function ensureBuildPackages(kinds: BuiltKind[]): Promise<void> {
  const names = [...toolPackages, ...libraryPackages];
  if (kinds.includes('fast')) names.push(...fastPackages);
  await ensureDebianPackages(names, 'Building the media worker');
}

/**
 * Puts into `output` a folder for each program, what they were built with (`built-with.json`), and libsrtp as it is
 * linked in, for tests (`libsrtp/`).
 * @throws SetupError with the compiler's last words
 */
export async function build(kinds: BuiltKind[], work: string, output: string): Promise<void> {
  await step('media worker: building it from source, 2 to 4 minutes on 2 cores', async () => {
    const libsrtp = await fetchLibsrtp(work);
    if (!libsrtp) {
      say("  the source of libsrtp is not to be had: the system's own is taken, which is slower");
    }
    const libraries = await builtWith(kinds, libsrtp?.version);
    const versionOf = (name: string) => libraries.find((library) => library.name === name)?.version;
    const options = {
      WORKER_SOURCE: path.join(packageFolder, 'worker'),
      LIBSRTP_VERSION: versionOf('libsrtp2'),
      IPSEC_MB_VERSION: versionOf('intel-ipsec-mb'),
      LIBSRTP_SOURCE: libsrtp?.folder,
    };
    const definitions = Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : [`-D${name}=${value}`],
    );
    const folder = path.join(work, 'build');
    await must('cmake', ['-G', 'Ninja', '-S', recipeFolder, '-B', folder, ...definitions]);
    let told = performance.now();
    await must('ninja', ['-C', folder, ...kinds], (line) => {
      const progress = /^\[\d+\/\d+\]/.exec(line)?.[0];
      if (!progress) return;
      if (process.stdout.isTTY) process.stdout.write(`\r  ${progress} `);
      else if (performance.now() - told > 15_000) {
        told = performance.now();
        say(`  ${progress}`);
      }
    });
    if (process.stdout.isTTY) process.stdout.write('\n');
    for (const kind of kinds) {
      mkdirSync(path.join(output, kind), { recursive: true });
      copyFileSync(path.join(folder, kind), path.join(output, kind, 'mediasoup-worker'));
    }
    writeFileSync(path.join(output, 'built-with.json'), JSON.stringify(libraries, null, 2));
    const archive = path.join(folder, 'libsrtp/libsrtp2.a');
    if (existsSync(archive)) {
      cpSync(path.join(folder, 'headers'), path.join(output, 'libsrtp/include'), {
        recursive: true,
      });
      copyFileSync(archive, path.join(output, 'libsrtp/libsrtp2.a'));
    }
  });
}

/** @param libsrtp the version of its source; undefined when the system's library is taken */
async function builtWith(kinds: BuiltKind[], libsrtp: string | undefined): Promise<BuiltWith[]> {
  const shared = {
    openssl: 'libssl-dev',
    libuv1: 'libuv1-dev',
    abseil: 'libabsl-dev',
    flatbuffers: 'libflatbuffers-dev',
    ...(kinds.includes('fast') ? { jemalloc: 'libjemalloc-dev' } : {}),
  };
  const versions = await installedVersions([...Object.values(shared), ...linkedIn]);
  const unknown = 'unknown';
  const own: BuiltWith = {
    name: 'libsrtp2',
    version: libsrtp ?? versions.get('libsrtp2-dev') ?? unknown,
    linking: libsrtp ? 'static' : 'shared',
  };
  const gcm = kinds.includes('fast')
    ? gcmPackages.map((name): BuiltWith => ({
        name: 'intel-ipsec-mb',
        version: versions.get(name) ?? unknown,
        linking: 'static',
      }))
    : [];
  const others = Object.entries(shared).map(([name, development]): BuiltWith => ({
    name,
    version: versions.get(development) ?? unknown,
    linking: 'shared',
  }));
  return [own, ...gcm, ...others];
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
