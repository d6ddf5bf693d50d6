/** The audit, for those who may see it: page by page, or as a file. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Router, type Response } from 'express';
import { may, zonesFor } from '../../contract/policy.ts';
import { exportAudit } from '../../audit/export.ts';
import { AuditExport, AuditQuery } from '../../contract/audit.ts';
import { RefusedError } from '../../contract/errors.ts';
import { accountOf } from '../../limits/account.ts';
import { Tally } from '../../limits/tally.ts';
import type { Visible } from '../../store/audit.ts';
import { byOf, callerOf, clientOf } from '../caller.ts';
import { parse } from './answer.ts';
import type { ApiParts } from './api.ts';

/** Copies that one account may be taking at once, and how long one may take, ms: each reads the store. */
const mostExports = 2;
const longestExport = 3_600_000;
const types = { csv: 'text/csv', jsonl: 'application/jsonl' };

export function auditRoutes({ audit, store, excess }: ApiParts): Router {
  const router = Router();
  const exports = new Tally(mostExports);

  router.get('/', async (request, response) => {
    const visible = visibleTo(response);
    response.json(await audit.page(parse(AuditQuery, request.query), visible));
  });

  router.get('/export', async (request, response) => {
    const visible = visibleTo(response);
    const { format, ...filter } = parse(AuditExport, request.query);
    const { address } = clientOf(request);
    const account = accountOf(callerOf(response).principal, address).name;
    const done = exports.open(account);
    if (!done) {
      excess.tell('exports', { address, account });
      throw new RefusedError('throttled', `This account takes ${mostExports} copies already.`);
    }
    response.once('close', done);
    // Who took a copy is itself worth knowing.
    await audit.record({
      ...byOf(request, callerOf(response)),
      kind: 'change',
      action: 'audit-exported',
      detail: { format, ...filter },
    });
    const day = new Date().toISOString().slice(0, 10);
    response.type(types[format]).attachment(`audit-${day}.${format}`);
    const pieces = Readable.from(exportAudit(store, { format, ...filter }, visible));
    await pipeline(pieces, response, { signal: AbortSignal.timeout(longestExport) });
  });

  return router;
}

/** @throws RefusedError `unauthenticated` or `forbidden` */
function visibleTo(response: Response): Visible {
  const { principal } = callerOf(response);
  if (!may(principal, 'zone:audit')) {
    throw new RefusedError('forbidden', 'You have no right to see the audit.');
  }
  return { zonePatterns: zonesFor(principal, 'zone:audit'), site: may(principal, 'site:audit') };
}
