/** People, for administrators. */
import { Router } from 'express';
import { AddPerson, ChangePerson } from '../../contract/api.ts';
import { byOf, demand } from '../caller.ts';
import { parse } from './answer.ts';
import type { ApiParts } from './api.ts';

export function peopleRoutes({ access: { people } }: ApiParts): Router {
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
    const by = byOf(request, demand(response, 'people:manage'));
    const changes = parse(ChangePerson, request.body);
    response.json(await people.change(by, request.params.id, changes));
  });

  router.delete('/:id', async (request, response) => {
    const by = byOf(request, demand(response, 'people:manage'));
    await people.remove(by, request.params.id);
    response.json({});
  });

  return router;
}
