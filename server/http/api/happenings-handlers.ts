/** What happened, and shifts that are handed over. */
import type { routes } from '../../contract/routes.ts';
import type { Handovers } from '../../handover/handovers.ts';
import type { Happenings } from '../../happenings/happenings.ts';
import { byOf } from '../caller.ts';
import type { Handlers } from './serve.ts';

export function happeningsHandlers(happenings: Happenings): Handlers<typeof routes.happenings> {
  return {
    page: ({ query: { limit, before } }, { caller }) =>
      happenings.page(caller.principal, limit, before),
    async acknowledge({ body: { ids } }, { request, caller }) {
      await happenings.acknowledge(caller.principal, byOf(request, caller), ids);
      return {};
    },
    async annotate({ params, body }, { request, caller }) {
      const by = byOf(request, caller);
      await happenings.annotate(caller.principal, by, params.id, body.note);
      return {};
    },
  };
}

export function handoversHandlers(handovers: Handovers): Handlers<typeof routes.handovers> {
  return {
    list: (_asked, { caller }) => handovers.list(caller.principal),
    begin: ({ body }, { request, caller }) =>
      handovers.begin(caller.principal, byOf(request, caller), body),
    confirm: ({ params, body }, { request, caller }) =>
      handovers.confirm(caller.principal, byOf(request, caller), params.id, body),
    async withdraw({ params }, { request, caller }) {
      await handovers.withdraw(caller.principal, byOf(request, caller), params.id);
      return {};
    },
  };
}
