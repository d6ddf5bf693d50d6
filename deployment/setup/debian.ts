/** Debian packages: which are missing, and their installation where this user may. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
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
  const command = `sudo apt-get install ${missing.join(' ')}`;
  const prefix = await privilege(`${purpose} needs Debian packages: ${missing.join(' ')}`);
  if (!prefix) {
    throw new SetupError(
      `${purpose} needs Debian packages. Install them and try again: ${command}`,
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

/**
 * What to put before apt-get; undefined where this user may not install, or does not want to. Nobody's sudo is used
 * behind their back: whoever sits at a terminal is asked first.
 */
async function privilege(why: string): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const free = (await run('sudo', ['-n', 'true'])).code === 0;
  if (isAttended()) {
    if (!(await agrees(`${why}\nInstall them with sudo? [y/N] `))) return undefined;
    // Here sudo may ask for the password; what follows it then finds it given.
    return free || spawnSync('sudo', ['-v'], { stdio: 'inherit' }).status === 0
      ? ['sudo', '-n']
      : undefined;
  }
  return free ? ['sudo', '-n'] : undefined;
}

/** Whether somebody is there to answer. */
function isAttended(): boolean {
  return Boolean(process.stdin.isTTY && process.stdout.isTTY && !process.env.CI);
}

async function agrees(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-D and Ctrl-C are a no: the question is never answered then.
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return /^y(es)?$/i.test((await Promise.race([terminal.question(question), closed])).trim());
  } finally {
    terminal.close();
  }
}
