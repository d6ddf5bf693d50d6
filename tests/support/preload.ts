/** A shared library for LD_PRELOAD, compiled where it is used. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectFolder } from '../../server/config.ts';

/** @param name of `tests/support/NAME.c` */
export function preload(name: string): { path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), `surveillance-${name}-`));
  const output = path.join(folder, `${name}.so`);
  const source = path.join(projectFolder, `tests/support/${name}.c`);
  // Loops that move bytes would be made calls of the very function.
  const options = ['-O2', '-Wall', '-fno-builtin', '-fno-tree-loop-distribute-patterns'];
  execFileSync('gcc', [...options, '-shared', '-fPIC', '-o', output, source]);
  return { path: output, remove: () => rmSync(folder, { recursive: true }) };
}
