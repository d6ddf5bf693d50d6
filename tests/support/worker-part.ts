/** Programs that try a part of the media worker by itself: `tests/support/*.cpp`, with `deployment/worker/include`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { projectFolder } from '../../server/config.ts';

export interface Linked {
  /** As pkg-config knows them. */
  readonly libraries: string[];
  /** For those that pkg-config does not know. */
  readonly options?: string[];
  /** Functions that the program has wrapped (ld(1): --wrap). */
  readonly wrapped: string[];
}

/** libsrtp as it is linked into the media worker that the tests run with; undefined where set-up did not build that. */
export function shippedLibsrtp(): Pick<Linked, 'options'> | undefined {
  const worker = process.env.MEDIASOUP_WORKER_BIN ?? '';
  const folder = path.join(path.dirname(worker), '../libsrtp');
  const archive = path.join(folder, 'libsrtp2.a');
  return existsSync(archive) ? { options: [`-I${folder}/include`, archive] } : undefined;
}

/** @returns what runs the program, compiled with the sanitizers at the first call, and parses what it prints */
export function workerPart<Told>(name: string, linked: Linked): (...args: string[]) => Told {
  const folder = mkdtempSync(path.join(tmpdir(), `surveillance-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true }));
  let program: string | undefined;
  return (...args) => {
    program ??= compile(name, folder, linked);
    return JSON.parse(execFileSync(program, args, { encoding: 'utf8' })) as Told;
  };
}

function compile(name: string, folder: string, { libraries, options = [], wrapped }: Linked) {
  const output = path.join(folder, name);
  const source = path.join(projectFolder, `tests/support/${name}.cpp`);
  const include = path.join(projectFolder, 'deployment/worker/include');
  execFileSync('g++', [
    ...['-std=c++20', '-O1', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'],
    ...['-I', include, '-o', output, source, ...options, ...knownToPkgConfig(libraries)],
    ...wrapped.map((name) => `-Wl,--wrap=${name}`),
  ]);
  return output;
}

/** What pkg-config says of how to compile and link with them. */
export function knownToPkgConfig(libraries: string[]): string[] {
  if (libraries.length === 0) return []; // It does not take none.
  const options = { encoding: 'utf8' } as const;
  const told = execFileSync('pkg-config', ['--cflags', '--libs', ...libraries], options);
  return told.trim().split(/\s+/);
}
