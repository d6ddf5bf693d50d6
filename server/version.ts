/** The version has one home, package.json, for banner, API, metrics and page. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from './config.ts';

/** The product's own, as package.json has it. */
export const { version } = JSON.parse(
  readFileSync(path.join(projectFolder, 'package.json'), 'utf8'),
) as { version: string };
