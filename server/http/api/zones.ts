/** Zones as administrators and supervisors manage them, and the notice of each for whoever sees it. */
import { Router } from 'express';
import { may } from '../../contract/policy.ts';
import { ChangeZone, ListZone } from '../../contract/api.ts';
import { ZoneId } from '../../contract/zone.ts';
import { byOf, demand } from '../caller.ts';
import { parse } from './answer.ts';
import type { ApiParts } from './api.ts';

export function zoneRoutes({ zones, privacy }: ApiParts): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    const { principal } = demand(response, 'zone:manage');
    const all = await zones.list();
    response.json(all.filter(({ id }) => may(principal, 'zone:manage', id)));
  });

  router.post('/', async (request, response) => {
    const { id } = parse(ListZone, request.body);
    const by = byOf(request, demand(response, 'zone:manage', id));
    response.status(201).json(await zones.add(by, id));
  });

  router.put('/:zone', async (request, response) => {
    const zone = parse(ZoneId, request.params.zone);
    const change = parse(ChangeZone, request.body);
    const caller = demand(response, change.masks ? 'zone:mask' : 'zone:manage', zone);
    if (change.notice !== undefined || change.maxBitrate !== undefined) {
      demand(response, 'zone:manage', zone);
    }
    response.json(await zones.change(byOf(request, caller), zone, change));
  });

  router.delete('/:zone', async (request, response) => {
    const zone = parse(ZoneId, request.params.zone);
    const caller = demand(response, 'zone:manage', zone);
    // Its masks are forgotten with it: that is for those alone who may take them away.
    if (privacy.masksOf(zone).length > 0) demand(response, 'zone:mask', zone);
    await zones.remove(byOf(request, caller), zone);
    response.json({});
  });

  router.get('/:zone/notice', (request, response) => {
    const zone = parse(ZoneId, request.params.zone);
    demand(response, 'zone:see', zone);
    response.json({ zone, notice: privacy.noticeOf(zone) });
  });

  return router;
}
