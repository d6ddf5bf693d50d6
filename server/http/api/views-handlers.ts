/** Views: one's own, and those that are shared. */
import type { routes } from '../../contract/routes.ts';
import type { Views } from '../../views/views.ts';
import { byOf } from '../caller.ts';
import type { Handlers } from './serve.ts';

export function viewsHandlers(views: Views): Handlers<typeof routes.views> {
  return {
    list: (_asked, { caller }) => views.list(caller.principal),
    add: ({ body }, { request, caller }) =>
      views.add(caller.principal, byOf(request, caller), body),
    change: ({ params, body }, { request, caller }) =>
      views.change(caller.principal, byOf(request, caller), params.id, body),
    async remove({ params }, { request, caller }) {
      await views.remove(caller.principal, byOf(request, caller), params.id);
      return {};
    },
  };
}
