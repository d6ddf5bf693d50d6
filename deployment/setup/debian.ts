/** Debian packages: which are missing, and their installation where this user may. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { run } from './process.ts';
import { SetupError, step } from './progress.ts';

/** Debian's own way to keep a package from starting its service: invoke-rc.d asks this program. */
const policyFile = '/usr/sbin/policy-rc.d';

/**
 * @param startServices whether packages may start the services they bring
 * @throws SetupError with the one line to type, when this user may not install
 */
export async function ensureDebianPackages(
  names: string[],
  purpose: string,
  { startServices = true } = {},
): Promise<void> {
  const installed = await Promise.all(names.map(isInstalled));
  const missing = names.filter((_, index) => !installed[index]);
  if (missing.length === 0) return;
  const prefix = await privilege();
  if (!prefix) {
    throw new SetupError(
      `${purpose} needs Debian packages. Install them and try again: sudo apt-get install ${missing.join(' ')}`,
    );
  }
  await step(`Debian packages: ${missing.join(' ')}`, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const forbid = !startServices && process.getuid?.() === 0 && !existsSync(policyFile);
    if (forbid) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    try {
      for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...missing]]) {
        const [program = '', ...rest] = [...prefix, 'apt-get', '-q', ...args];
        const { code, tail } = await run(program, rest, { env });
        if (code !== 0) throw new SetupError(`apt-get ${args[0]} failed:\n${tail}`);
      }
    } finally {
      if (forbid) rmSync(policyFile);
    }
  });
}

async function isInstalled(name: string): Promise<boolean> {
  return (await installedVersions([name])).has(name);
}

/** @returns those of the packages that are installed, with their versions */
export async function installedVersions(names: string[]): Promise<Map<string, string>> {
  const versions = new Map<string, string>();
  for (const name of names) {
    const format = '${db:Status-Status} ${source:Version}';
    const { code, tail } = await run('dpkg-query', ['-W', `-f=${format}`, name]);
    const [status, version] = tail.trim().split(' ');
    if (code === 0 && status === 'installed' && version) versions.set(name, version);
  }
  return versions;
}

/** What to put before apt-get; undefined where this user may not install. */
async function privilege(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  return (await run('sudo', ['-n', 'true'])).code === 0 ? ['sudo', '-n'] : undefined;
}
