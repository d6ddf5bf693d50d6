/** Who is signed in now, for administrators. */
import type { ActiveSignIns } from '../../access/active-sign-ins.ts';
import type { routes } from '../../contract/routes.ts';
import { byOf } from '../caller.ts';
import type { Handlers } from './serve.ts';

export function signInsHandlers(active: ActiveSignIns): Handlers<typeof routes.signIns> {
  return {
    list: (_asked, { caller }) => active.list(caller),
    async end({ params }, { request, caller }) {
      await active.end(byOf(request, caller), params.id);
      return {};
    },
  };
}
