/** One's own account. */
import { Router, type Response } from 'express';
import type { Caller } from '../../access/caller.ts';
import { ChangePassword, ConfirmTwoFactor, Reauthentication } from '../../contract/api.ts';
import { RefusedError } from '../../contract/errors.ts';
import { browserOf, byOf, callerOf } from '../caller.ts';
import { parse } from './answer.ts';
import type { ApiParts } from './api.ts';
import { describeSignIns, endSignIn } from './sessions.ts';

export function accountRoutes(parts: ApiParts): Router {
  const { account, cookies } = parts.access;
  const router = Router();

  router.get('/', async (_request, response) => {
    response.json(await account.describe(callerOf(response)));
  });

  router.post('/password', async (request, response) => {
    const caller = person(response);
    const body = parse(ChangePassword, request.body);
    await account.changePassword(caller, browserOf(request, cookies), body);
    response.json({});
  });

  router.post('/two-factor', async (request, response) => {
    const caller = person(response);
    const shown = parse(Reauthentication, request.body);
    response.json(await account.offerTwoFactor(caller, browserOf(request, cookies), shown));
  });

  router.post('/two-factor/confirm', async (request, response) => {
    const caller = person(response);
    const { code } = parse(ConfirmTwoFactor, request.body);
    await account.confirmTwoFactor(caller, browserOf(request, cookies), code);
    response.json({});
  });

  router.delete('/two-factor', async (request, response) => {
    const caller = person(response);
    const shown = parse(Reauthentication, request.body);
    await account.removeTwoFactor(caller, browserOf(request, cookies), shown);
    response.json({});
  });

  router.get('/sessions', async (_request, response) => {
    const caller = person(response);
    const all = await describeSignIns(parts, caller);
    response.json(all.filter(({ actor }) => actor.id === caller.principal.id));
  });

  router.delete('/sessions/:id', async (request, response) => {
    const caller = person(response);
    await endSignIn(parts, byOf(request, caller), request.params.id, caller.principal.id);
    response.json({});
  });

  return router;
}

/** @throws RefusedError `forbidden` for keys, and in the open mode */
function person(response: Response): Caller {
  const caller = callerOf(response);
  if (caller.principal.kind === 'person') return caller;
  throw new RefusedError('forbidden', 'Only people have an account.');
}
