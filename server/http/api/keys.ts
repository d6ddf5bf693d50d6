/** Keys of cameras and walls, for administrators. */
import { Router } from 'express';
import { AddKey } from '../../contract/api.ts';
import { byOf, demand } from '../caller.ts';
import { parse } from './answer.ts';
import type { ApiParts } from './api.ts';

export function keyRoutes({ access: { keys } }: ApiParts): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    demand(response, 'keys:manage');
    response.json(await keys.list());
  });

  router.post('/', async (request, response) => {
    const by = byOf(request, demand(response, 'keys:manage'));
    response.status(201).json(await keys.add(by, parse(AddKey, request.body)));
  });

  router.post('/:id/enrolment', async (request, response) => {
    const by = byOf(request, demand(response, 'keys:manage'));
    response.status(201).json(await keys.enrol(by, request.params.id));
  });

  router.delete('/:id', async (request, response) => {
    const by = byOf(request, demand(response, 'keys:manage'));
    await keys.revoke(by, request.params.id);
    response.json({});
  });

  return router;
}
