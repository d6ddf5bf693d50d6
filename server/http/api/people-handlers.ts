/** People, for administrators. */
import type { Access } from '../../access/access.ts';
import type { routes } from '../../contract/routes.ts';
import { browserOf, byOf } from '../caller.ts';
import type { Handlers } from './serve.ts';

export function peopleHandlers({
  people,
  invitations,
  cookies,
}: Pick<Access, 'people' | 'invitations' | 'cookies'>): Handlers<typeof routes.people> {
  return {
    list: () => people.list(),
    add: ({ body }, { request, caller }) => people.add(byOf(request, caller), body),
    invite: ({ params }, { request, caller }) =>
      invitations.invite(byOf(request, caller), params.id),
    async revokeInvitation({ params }, { request, caller }) {
      await invitations.revoke(byOf(request, caller), params.id);
      return {};
    },
    change: ({ params, body }, { request, caller }) =>
      people.change(caller, browserOf(request, cookies), params.id, body),
    async remove({ params }, { request, caller }) {
      await people.remove(byOf(request, caller), params.id);
      return {};
    },
  };
}
