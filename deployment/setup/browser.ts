/** Chromium, for tests, benchmarks and screenshots. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { ensureDebianPackages } from './debian.ts';
import { SetupError } from './progress.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Its path: CHROMIUM_BIN, one that is installed, or Debian's. */
export async function ensureBrowser(): Promise<string> {
  const named = process.env.CHROMIUM_BIN;
  if (named) return named;
  const known = find();
  if (known) return known;
  await ensureDebianPackages(['chromium'], 'The browser test');
  const installed = find();
  if (!installed) throw new SetupError('Chromium is installed, but not found in PATH.');
  return installed;
}

function find(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return names
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
