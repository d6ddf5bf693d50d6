/** The audit, for those who may see it: page by page, or as a file. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Caller } from '../../access/caller.ts';
import type { Audit } from '../../audit/audit.ts';
import { exportAudit } from '../../audit/export.ts';
import { sightsAt } from '../../audit/sights.ts';
import type { Settings } from '../../config.ts';
import { RefusedError } from '../../contract/errors.ts';
import { may, zonesFor } from '../../contract/policy.ts';
import type { routes } from '../../contract/routes.ts';
import { payerOf } from '../../limits/payer.ts';
import type { Excess } from '../../limits/excess.ts';
import { Tally } from '../../limits/tally.ts';
import type { Visible } from '../../store/audit-repository.ts';
import type { Store } from '../../store/store.ts';
import { byOf, clientOf } from '../caller.ts';
import { timeOfDay } from '../../time.ts';
import type { Handlers } from './serve.ts';

/** Copies that one account may be taking at once, and how long one may take, ms: each reads the store. */
const mostExports = 2;
const longestExport = 3_600_000;
const day = 86_400_000; // ms
const types = { csv: 'text/csv', jsonl: 'application/jsonl' };

export function auditHandlers({
  audit,
  store,
  excess,
  settings,
}: {
  audit: Audit;
  store: Store;
  excess: Excess;
  settings: Pick<Settings, 'audit'>;
}): Handlers<typeof routes.audit> {
  const exports = new Tally(mostExports);
  return {
    page: ({ query }, { caller }) => audit.page(query, visibleTo(caller)),

    async sights({ params: { zone }, query: { at } }) {
      const days = settings.audit.retention.watching;
      const keptSince = days === 0 ? undefined : timeOfDay() - days * day;
      const found = await sightsAt(store, zone, at);
      return keptSince === undefined ? found : { ...found, keptSince };
    },

    async export({ query: { format, ...filter } }, { request, response, caller }) {
      const { address } = clientOf(request);
      const account = payerOf(caller.principal, address).name;
      const done = exports.open(account);
      if (!done) {
        excess.report('exports', { address, account });
        throw new RefusedError('throttled', `This account takes ${mostExports} copies already.`);
      }
      response.once('close', done);
      // Who took a copy is itself worth knowing.
      await audit.record({
        ...byOf(request, caller),
        kind: 'change',
        action: 'audit-exported',
        detail: { format, ...filter },
      });
      const today = new Date().toISOString().slice(0, 10);
      response.type(types[format]).attachment(`audit-${today}.${format}`);
      const pieces = Readable.from(exportAudit(store, { format, ...filter }, visibleTo(caller)));
      await pipeline(pieces, response, { signal: AbortSignal.timeout(longestExport) });
    },
  };
}

function visibleTo({ principal }: Caller): Visible {
  return { zonePatterns: zonesFor(principal, 'zone:audit'), site: may(principal, 'site:audit') };
}
