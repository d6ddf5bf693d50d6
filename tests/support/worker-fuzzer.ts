/** Fuzzers of the media worker's parts: `tests/support/fuzz-worker/*.cpp`, by libFuzzer and both sanitizers. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectFolder } from '../../server/config.ts';
import { knownToPkgConfig, type Linked } from './worker-part.ts';

export const compiler = 'clang++-14';

export interface Fuzzed {
  /** Inputs that were tried. */
  readonly runs: number;
  /** Edges of the program that they have reached. */
  readonly edges: number;
  /** What it found, with the input that shows it; undefined when nothing. */
  readonly found: string | undefined;
}

/** @param seconds how long it looks */
export function fuzz(
  name: string,
  seconds: number,
  { libraries, options = [], wrapped }: Linked,
): Fuzzed {
  const folder = mkdtempSync(path.join(tmpdir(), `surveillance-fuzz-${name}-`));
  try {
    const program = path.join(folder, name);
    const source = path.join(projectFolder, `tests/support/fuzz-worker/${name}.cpp`);
    execFileSync(compiler, [
      ...['-std=c++20', '-O1', '-g', '-Wall', '-Wextra', '-Werror'],
      '-fsanitize=fuzzer,address,undefined',
      ...['-fno-sanitize-recover=undefined', '-Wno-unused-command-line-argument'],
      ...['-I', path.join(projectFolder, 'deployment/worker/include'), '-o', program, source],
      ...[...options, ...knownToPkgConfig(libraries)],
      ...wrapped.map((each) => `-Wl,--wrap=${each}`),
    ]);
    const args = [`-max_total_time=${seconds}`, '-max_len=8192', `-artifact_prefix=${folder}/`];
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    const last = (pattern: RegExp) => Number([...stderr.matchAll(pattern)].at(-1)?.[1] ?? 0);
    return {
      runs: last(/^Done (\d+) runs/gm),
      edges: last(/cov: (\d+)/g),
      found: status === 0 ? undefined : stderr.slice(-4000),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
