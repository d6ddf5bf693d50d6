/** Which build of the console's pages this server gives: by it, a page that has been open for days learns of a newer one. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../config.ts';

/** Where the built web app is. */
export const webFolder = path.join(projectFolder, 'dist/web');
/** The page, before anything is put into it: it names all scripts and styles, each with its content's hash. */
export const pageFile = path.join(webFolder, 'index.html');

/** Another one for each build; empty where nothing is built. */
export const pageBuild = existsSync(pageFile)
  ? createHash('sha256').update(readFileSync(pageFile)).digest('hex').slice(0, 12)
  : '';
