/**
 * `npm run bundle`: puts the media worker beside the built web app, so that the folder is complete, and the list of all
 * that it is made of.
 */
import { copyFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../../server/config.ts';
import { writeBill } from './sbom.ts';

const worker = process.env.MEDIASOUP_WORKER_BIN;
if (!worker) throw new Error('set-up names the worker before it comes here');
const target = path.join(projectFolder, 'dist/mediasoup-worker');
// By a rename, since a worker that runs cannot be written over.
copyFileSync(worker, `${target}.new`);
renameSync(`${target}.new`, target);
writeBill(worker);
console.log(`✓ ready to be served from this folder: dist/web and dist/mediasoup-worker`);
