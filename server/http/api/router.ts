/** What is under /api, in JSON. */
import express, { Router } from 'express';
import type { Logger } from 'pino';
import type { Access } from '../../access/access.ts';
import { ActiveSignIns, type LookAtActivity } from '../../access/active-sign-ins.ts';
import type { Origins } from '../../access/origin.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Audit } from '../../audit/audit.ts';
import type { Settings } from '../../config.ts';
import { RefusedError } from '../../contract/errors.ts';
import { routes } from '../../contract/routes.ts';
import type { Gateways } from '../../gateways/gateways.ts';
import type { Handovers } from '../../handover/handovers.ts';
import type { Happenings } from '../../happenings/happenings.ts';
import type { Excess } from '../../limits/excess.ts';
import type { ZoneCatalogue } from '../../zones/catalogue.ts';
import type { Zones } from '../../zones/zones.ts';
import type { Store } from '../../store/store.ts';
import type { CityArchive } from '../../city-map/archive.ts';
import type { Plans } from '../../plans/plans.ts';
import type { Views } from '../../views/views.ts';
import type { ZoneEvents } from '../../zone-events.ts';
import { version } from '../../version.ts';
import { pageBuild } from '../page-build.ts';
import { identifyCaller } from '../caller.ts';
import { limitCallers } from '../requests.ts';
import { accountHandlers } from './account-handlers.ts';
import { auditHandlers } from './audit-handlers.ts';
import { cityMapHandlers } from './city-map-handlers.ts';
import { clusterHandlers } from './cluster-handlers.ts';
import { entranceHandlers } from './entrance-handlers.ts';
import { firstRunHandlers } from './first-run-handlers.ts';
import { keysHandlers } from './keys-handlers.ts';
import { peopleHandlers } from './people-handlers.ts';
import { handoversHandlers, happeningsHandlers } from './happenings-handlers.ts';
import { gatewaysHandlers } from './gateways-handlers.ts';
import { guardApi, refuse } from './refusals.ts';
import { resourcesHandlers, type AdministeredResources } from './resources-handlers.ts';
import { serve } from './serve.ts';
import { signInsHandlers } from './sign-ins-handlers.ts';
import { stillsHandlers, type TakeStill } from './stills-handlers.ts';
import { plansHandlers, readPlanPicture } from './plans-handlers.ts';
import { viewsHandlers } from './views-handlers.ts';
import { zonesHandlers } from './zones-handlers.ts';

export interface ApiParts {
  readonly settings: Settings;
  readonly access: Access;
  readonly audit: Audit;
  readonly store: Store;
  readonly zoneEvents: Pick<ZoneEvents, 'page'>;
  readonly zones: ZoneCatalogue;
  readonly directory: Pick<Zones, 'noticeOf' | 'all'>;
  readonly takeStill: TakeStill;
  /** Whether a wall is open somewhere. */
  readonly wallOpen: () => Promise<boolean>;
  readonly gateways: Gateways;
  readonly views: Views;
  readonly happenings: Happenings;
  readonly handovers: Handovers;
  readonly plans: Plans;
  /** Undefined where the configuration names none. */
  readonly cityArchive: CityArchive | undefined;
  readonly resources: AdministeredResources;
  readonly log: Logger;
  readonly excess: Excess;
  readonly activity: LookAtActivity;
  /** Undefined for a node that is alone. */
  readonly cluster: Pick<Cluster, 'describe'> | undefined;
}

const largestBody = '64kb';

export function apiRouter(parts: ApiParts, origins: Origins): Router {
  const { access, settings, log, excess, store, activity } = parts;
  const active = new ActiveSignIns({ store, changes: access.changes, activity });
  const router = Router();
  router.use(guardApi(origins));
  router.use(express.json({ limit: largestBody }));
  router.use(identifyCaller(access.gate));
  router.use(limitCallers(settings.limits, excess));
  if (access.mode !== 'open') serve(router, routes.entrance, entranceHandlers(access, log));
  serve(router, routes.product, { version: () => ({ version, build: pageBuild }) });
  serve(router, routes.me, accountHandlers(access, active));
  serve(router, routes.people, peopleHandlers(access));
  serve(router, routes.keys, keysHandlers(access));
  serve(router, routes.signIns, signInsHandlers(active));
  serve(router, routes.resources, resourcesHandlers(parts.resources));
  serve(router, routes.zones, zonesHandlers(parts.zones, parts.directory));
  serve(router, routes.zoneEvents, {
    page: ({ params: { zone }, query: { limit, before } }) =>
      parts.zoneEvents.page(zone, limit, before),
  });
  serve(router, routes.stills, stillsHandlers(parts.takeStill, parts.audit));
  serve(router, routes.gateways, gatewaysHandlers(parts.gateways));
  serve(router, routes.views, viewsHandlers(parts.views));
  serve(router, routes.happenings, happeningsHandlers(parts.happenings));
  serve(router, routes.handovers, handoversHandlers(parts.handovers));
  router.use(routes.plans.setPicture.path, readPlanPicture());
  serve(router, routes.plans, plansHandlers(parts.plans));
  serve(router, routes.cityMap, cityMapHandlers(parts.cityArchive));
  serve(router, routes.audit, auditHandlers(parts));
  serve(router, routes.firstRun, firstRunHandlers({ ...parts, accounts: access.mode !== 'open' }));
  serve(router, routes.cluster, clusterHandlers(parts.cluster));
  router.use(() => {
    throw new RefusedError('not-found', 'There is nothing of this name under /api.');
  });
  router.use(refuse(log));
  return router;
}
