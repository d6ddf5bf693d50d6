/** Tells whether sources have changed, which times of files do not after a checkout. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** One hash over files and folders, by their names and contents. */
export function contentHash(paths: string[]): string {
  const hash = createHash('sha256');
  const add = (name: string): void => {
    if (statSync(name).isDirectory()) {
      for (const entry of readdirSync(name).sort()) add(path.join(name, entry));
    } else hash.update(path.basename(name)).update('\0').update(readFileSync(name));
  };
  paths.forEach(add);
  return hash.digest('hex');
}
