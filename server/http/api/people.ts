/** People, for administrators. */
import { Router } from 'express';
import { AddPerson, ChangePerson } from '../../contract/api.ts';
import { browserOf, byOf, demand } from '../caller.ts';
import { parse } from './answer.ts';
import type { ApiParts } from './api.ts';

export function peopleRoutes({ access: { people, cookies } }: ApiParts): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    demand(response, 'people:manage');
    response.json(await people.list());
  });

  router.post('/', async (request, response) => {
    const by = byOf(request, demand(response, 'people:manage'));
    response.status(201).json(await people.add(by, parse(AddPerson, request.body)));
  });

  router.patch('/:id', async (request, response) => {
    const caller = demand(response, 'people:manage');
    const changes = parse(ChangePerson, request.body);
    const client = browserOf(request, cookies);
    response.json(await people.change(caller, client, request.params.id, changes));
  });

  router.delete('/:id', async (request, response) => {
    const by = byOf(request, demand(response, 'people:manage'));
    await people.remove(by, request.params.id);
    response.json({});
  });

  return router;
}
