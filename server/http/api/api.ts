/** What is under /api, in JSON. */
import express, { Router } from 'express';
import type { Logger } from 'pino';
import type { Access } from '../../access/access.ts';
import { Origins } from '../../access/origin.ts';
import type { Audit } from '../../audit/audit.ts';
import type { Settings } from '../../config.ts';
import { RefusedError } from '../../contract/errors.ts';
import type { Excess } from '../../limits/excess.ts';
import type { ZoneCatalogue } from '../../zones/catalogue.ts';
import type { ZonePrivacy } from '../../zones/zone-privacy.ts';
import type { Activity } from '../../signaling/activity.ts';
import type { Store } from '../../store/store.ts';
import { identifyCaller } from '../caller.ts';
import { limitCallers } from '../requests.ts';
import { accountRoutes } from './account.ts';
import { guardApi, refuse } from './answer.ts';
import { auditRoutes } from './audit.ts';
import { keyRoutes } from './keys.ts';
import { peopleRoutes } from './people.ts';
import { sessionRoutes } from './sessions.ts';
import { signInRoutes } from './sign-in.ts';
import { zoneRoutes } from './zones.ts';

export interface ApiParts {
  readonly settings: Settings;
  readonly access: Access;
  readonly audit: Audit;
  readonly store: Store;
  readonly zones: ZoneCatalogue;
  readonly privacy: ZonePrivacy;
  readonly log: Logger;
  readonly excess: Excess;
  /** What each sign-in does now. */
  readonly activity: () => Activity;
}

const largestBody = '64kb';

export function apiRouter(parts: ApiParts): Router {
  const { access, settings, log, excess } = parts;
  const router = Router();
  router.use(guardApi(new Origins(settings.http, log)));
  router.use(express.json({ limit: largestBody }));
  router.use(identifyCaller(access.gate));
  router.use(limitCallers(settings.limits, excess));
  router.use(signInRoutes(parts));
  router.use('/me', accountRoutes(parts));
  router.use('/people', peopleRoutes(parts));
  router.use('/keys', keyRoutes(parts));
  router.use('/sessions', sessionRoutes(parts));
  router.use('/zones', zoneRoutes(parts));
  router.use('/audit', auditRoutes(parts));
  router.use(() => {
    throw new RefusedError('not-found', 'There is nothing of this name under /api.');
  });
  router.use(refuse(log));
  return router;
}
