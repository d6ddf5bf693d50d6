/** The built web app, made anew only when something it is made from has changed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../server/config.ts';
import { contentHash } from './content-hash.ts';
import { run } from './process.ts';
import { SetupError, step } from './progress.ts';

/** All that the web app is made from: from the server it may take what is in the contract, and nothing else. */
export const sources = [
  'web',
  'server/contract',
  'vite.config.ts',
  'svelte.config.js',
  'tsconfig.json',
  'package-lock.json',
];
const stamp = path.join(projectFolder, 'dist/.build-stamp');

/** Another one when any of the sources is another. */
export function stampOf(project: string): string {
  return contentHash(sources.map((name) => path.join(project, name)));
}

export async function ensureWebApp(): Promise<void> {
  const wanted = stampOf(projectFolder);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await step('web app: building', async () => {
    const vite = path.join(projectFolder, 'node_modules/vite/bin/vite.js');
    const { code, tail } = await run(process.execPath, [vite, 'build'], { cwd: projectFolder });
    if (code !== 0) throw new SetupError(`The web app could not be built:\n${tail}`);
    writeFileSync(stamp, wanted);
  });
}
