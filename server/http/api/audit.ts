/** The audit, for those who may see it: page by page, or as a file. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Router, type Response } from 'express';
import { may, zonesFor } from '../../access/policy.ts';
import { exportAudit } from '../../audit/export.ts';
import { AuditExport, AuditQuery } from '../../contract/audit.ts';
import { RefusedError } from '../../contract/errors.ts';
import type { Visible } from '../../store/audit.ts';
import { byOf, callerOf } from '../caller.ts';
import { parse } from './answer.ts';
import type { ApiParts } from './api.ts';

const types = { csv: 'text/csv', jsonl: 'application/jsonl' };

export function auditRoutes({ audit, store }: ApiParts): Router {
  const router = Router();

  router.get('/', async (request, response) => {
    const visible = visibleTo(response);
    response.json(await audit.page(parse(AuditQuery, request.query), visible));
  });

  router.get('/export', async (request, response) => {
    const visible = visibleTo(response);
    const { format, ...filter } = parse(AuditExport, request.query);
    // Who took a copy is itself worth knowing.
    await audit.record({
      ...byOf(request, callerOf(response)),
      kind: 'change',
      action: 'audit-exported',
      detail: { format, ...filter },
    });
    const day = new Date().toISOString().slice(0, 10);
    response.type(types[format]).attachment(`audit-${day}.${format}`);
    await pipeline(Readable.from(exportAudit(store, { format, ...filter }, visible)), response);
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
