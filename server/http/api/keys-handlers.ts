/** Keys of cameras and walls, for administrators. */
import type { Access } from '../../access/access.ts';
import type { routes } from '../../contract/routes.ts';
import { byOf } from '../caller.ts';
import type { Handlers } from './serve.ts';

export function keysHandlers({ keys }: Pick<Access, 'keys'>): Handlers<typeof routes.keys> {
  return {
    list: () => keys.list(),
    add: ({ body }, { request, caller }) => keys.add(byOf(request, caller), body),
    enrol: ({ params }, { request, caller }) => keys.enrol(byOf(request, caller), params.id),
    async revoke({ params }, { request, caller }) {
      await keys.revoke(byOf(request, caller), params.id);
      return {};
    },
  };
}
