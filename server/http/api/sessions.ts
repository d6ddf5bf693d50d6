/** Who is signed in now and what is done with it; for administrators, and for everyone their own. */
import { Router } from 'express';
import type { By, Caller } from '../../access/caller.ts';
import type { SignInSession } from '../../contract/api.ts';
import { RefusedError } from '../../contract/errors.ts';
import { byOf, demand } from '../caller.ts';
import type { ApiParts } from './api.ts';

export function sessionRoutes(parts: ApiParts): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    response.json(await describeSignIns(parts, demand(response, 'sessions:manage')));
  });

  router.delete('/:id', async (request, response) => {
    const by = byOf(request, demand(response, 'sessions:manage'));
    await endSignIn(parts, by, request.params.id);
    response.json({});
  });

  return router;
}

/** All that are good now, the newest first. @param caller whose own one is marked */
export async function describeSignIns(
  { store, activity }: ApiParts,
  { via }: Caller,
): Promise<SignInSession[]> {
  const now = Date.now();
  const [signIns, people, keys] = await Promise.all([
    store.signIns.list(),
    store.people.list(),
    store.keys.list(),
  ]);
  const doing = activity();
  return signIns
    .filter(({ expiresAt }) => expiresAt > now)
    .map(({ id, personId, keyId, address, agent, createdAt, lastSeen, expiresAt }) => {
      const kind = personId === null ? 'key' : 'person';
      const owner = [...people, ...keys].find((one) => one.id === (personId ?? keyId));
      const { watching = [], filming = [] } = doing.get(id) ?? {};
      return {
        id,
        actor: { kind, id: owner?.id ?? '', name: owner?.name ?? '' },
        address,
        agent,
        createdAt,
        lastSeen,
        expiresAt,
        current: via.kind === 'sign-in' && via.id === id,
        watching,
        filming,
      };
    });
}

/**
 * Ends a sign-in, and all that is done with it.
 * @param owner whose it must be
 * @throws RefusedError `not-found`
 */
export async function endSignIn(
  { access }: ApiParts,
  by: By,
  id: string,
  owner?: string,
): Promise<void> {
  await access.changes.make(by, async ({ signIns, people, keys }, tell) => {
    const signIn = await signIns.find(id);
    const of = signIn?.personId ?? signIn?.keyId ?? '';
    if (!signIn || (owner !== undefined && of !== owner)) {
      throw new RefusedError('not-found', 'This sign-in has ended already.');
    }
    await signIns.remove(id);
    const { name } = (await people.find(of)) ?? (await keys.find(of)) ?? { name: '' };
    tell({
      kind: 'sign-in',
      action: 'sign-in-ended',
      detail: { of: name, address: signIn.address },
    });
  });
}
