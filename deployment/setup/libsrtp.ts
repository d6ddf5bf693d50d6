/** The source of libsrtp 2, from Debian's or Ubuntu's own source package, so that the worker can have it with OpenSSL. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './process.ts';

const configured = '/etc/apt';

/** @returns the source's folder inside `work`; undefined where the system's sources do not have it */
export async function fetchLibsrtp(work: string): Promise<string | undefined> {
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
  const archive = readdirSync(folder).find((name) => name.includes('.orig.tar'));
  if (!archive) return undefined;
  const { code } = await run('tar', ['-xf', archive], { cwd: folder });
  const unpacked = readdirSync(folder).find((name) => name.startsWith('libsrtp-'));
  return code === 0 && unpacked ? path.join(folder, unpacked) : undefined;
}

/** The system's own package sources, asked for source packages. */
function askForSources(folder: string): void {
  const parts = path.join(configured, 'sources.list.d');
  const files = [
    path.join(configured, 'sources.list'),
    ...readdirSync(parts).map((name) => path.join(parts, name)),
  ].filter((file) => /\.(list|sources)$/.test(file));
  for (const file of files) {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      continue; // Newer systems have no sources.list.
    }
    const asked = file.endsWith('.sources')
      ? text.replaceAll(/^Types:.*$/gm, 'Types: deb-src')
      : text.replaceAll(/^deb /gm, 'deb-src ');
    writeFileSync(path.join(folder, path.basename(file)), asked);
  }
}
