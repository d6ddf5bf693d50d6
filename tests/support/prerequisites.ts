/** What a test needs of the machine. What is missing is said aloud, and the test counts as skipped. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { test, type TestAPI } from 'vitest';

const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];

function has(program: string): boolean {
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function mayMakeNamespaces(): boolean {
  return spawnSync('unshare', ['--net', '--mount', 'true']).status === 0;
}

interface Needs {
  /** The right to make network namespaces. */
  readonly namespaces?: boolean;
  /** Libraries to compile with, as pkg-config knows them. */
  readonly libraries?: string[];
  /** Files of /usr/include of those that pkg-config does not know. */
  readonly headers?: string[];
}

/** `test`, or a `test` that skips where a program, or what else it needs, is missing. */
export function testWith(
  programs: string[],
  { namespaces = false, libraries = [], headers = [] }: Needs = {},
): TestAPI {
  const missing = programs.filter((program) => !has(program));
  missing.push(...headers.filter((header) => !existsSync(`/usr/include/${header}`)));
  for (const library of libraries) {
    if (spawnSync('pkg-config', ['--exists', library]).status !== 0) missing.push(library);
  }
  if (namespaces && !mayMakeNamespaces()) missing.push('the right to make namespaces (root)');
  if (missing.length === 0) return test;
  console.warn(`SKIPPED for want of: ${missing.join(', ')}`);
  return test.skip as TestAPI;
}
