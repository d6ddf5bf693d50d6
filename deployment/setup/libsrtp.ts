/**
 * The source of libsrtp 2, from Debian's or Ubuntu's own source package with all of its patches (those for security
 * among them), so that the worker can have it with OpenSSL.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './process.ts';

const configured = '/etc/apt';

export interface LibsrtpSource {
  readonly folder: string;
  /** The source package's, such as 2.5.0-3. */
  readonly version: string;
}

/** @returns its source inside `work`; undefined where the system's sources do not have it */
export async function fetchLibsrtp(work: string): Promise<LibsrtpSource | undefined> {
  const folder = path.join(work, 'libsrtp');
  mkdirSync(path.join(folder, 'lists/partial'), { recursive: true });
  mkdirSync(path.join(folder, 'sources'));
  askForSources(path.join(folder, 'sources'));
  // In lists of its own, so that the system's are left as they are and no privilege is needed.
  const options = [
    `Dir::Etc::sourcelist=/dev/null`,
    `Dir::Etc::sourceparts=${folder}/sources`,
    `Dir::State::lists=${folder}/lists`,
  ].flatMap((option) => ['-o', option]);
  for (const command of [['update'], ['source', '--download-only', 'libsrtp2']]) {
    const { code } = await run('apt-get', ['-q', ...options, ...command], { cwd: folder });
    if (code !== 0) return undefined;
  }
  const description = readdirSync(folder).find((name) => name.endsWith('.dsc'));
  if (!description) return undefined;
  const unpacked = path.join(folder, 'unpacked');
  // apt has checked the hashes of all files; dpkg-source applies the patches.
  const args = ['--no-check', '--extract', description, unpacked];
  const { code } = await run('dpkg-source', args, { cwd: folder });
  const [, version] = /^Version: (\S+)$/m.exec(readText(path.join(folder, description))) ?? [];
  return code === 0 && version ? { folder: unpacked, version } : undefined;
}

/** The system's own package sources, asked for source packages. */
function askForSources(folder: string): void {
  const parts = path.join(configured, 'sources.list.d');
  const files = [
    path.join(configured, 'sources.list'),
    ...readdirSync(parts).map((name) => path.join(parts, name)),
  ].filter((file) => /\.(list|sources)$/.test(file));
  for (const file of files) {
    const text = readText(file);
    const asked = file.endsWith('.sources')
      ? text.replaceAll(/^Types:.*$/gm, 'Types: deb-src')
      : text.replaceAll(/^deb /gm, 'deb-src ');
    writeFileSync(path.join(folder, path.basename(file)), asked);
  }
}

/** Empty where there is none: newer systems have no sources.list. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
