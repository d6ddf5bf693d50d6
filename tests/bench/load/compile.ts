/** The benchmark's C programs, compiled where they are used. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureDebianPackages } from '../../../deployment/setup/debian.ts';

export interface Program {
  readonly path: string;
  /** Takes it off the disk, if it is there still. */
  remove(): void;
}

/**
 * @param libraries names as the linker knows them, with the Debian package that has each
 * @param options of the compiler beside the usual ones
 */
export async function compile(
  source: string,
  libraries: Record<string, string> = {},
  options: readonly string[] = [],
): Promise<Program> {
  const packages = ['gcc', 'libc6-dev', ...new Set(Object.values(libraries))];
  await ensureDebianPackages(packages, `Compiling ${path.basename(source)}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-bench-'));
  const program = path.join(folder, path.basename(source, '.c'));
  const links = Object.keys(libraries).map((name) => `-l${name}`);
  execFileSync('cc', ['-O2', '-Wall', '-pthread', ...options, '-o', program, source, ...links]);
  return { path: program, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
