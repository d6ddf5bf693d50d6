/** The command `npm run sbom`. */
import { writeBill } from './sbom.ts';

const worker = process.env.MEDIASOUP_WORKER_BIN;
if (!worker) throw new Error('set-up names the worker before it comes here');
writeBill(worker);
