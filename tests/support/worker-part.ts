/** Programs that try a part of the media worker by itself: `tests/support/*.cpp`, with `deployment/worker/include`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { projectFolder } from '../../server/config.ts';

interface Linked {
  /** As pkg-config knows them. */
  readonly libraries: string[];
  /** Of those that pkg-config does not know. */
  readonly options?: string[];
  /** Functions that the program has wrapped (ld(1): --wrap). */
  readonly wrapped: string[];
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
  const known = execFileSync('pkg-config', ['--cflags', '--libs', ...libraries], {
    encoding: 'utf8',
  });
  execFileSync('g++', [
    ...['-std=c++20', '-O1', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'],
    ...['-I', include, '-o', output, source, ...known.trim().split(/\s+/), ...options],
    ...wrapped.map((name) => `-Wl,--wrap=${name}`),
  ]);
  return output;
}
