/** What happened, and shifts that are handed over. */
import { RefusedError } from '../../contract/errors.ts';
import type { routes } from '../../contract/routes.ts';
import type { Handovers } from '../../handover/handovers.ts';
import type { Happenings } from '../../happenings/happenings.ts';
import { PayerBudget, payerOf } from '../../limits/payer.ts';
import { byOf } from '../caller.ts';
import type { Handlers } from './serve.ts';

/** Bookmarks in a minute, of a person and of all behind one address. */
const most = { ofPerson: 20, ofAddress: 60 };
const minute = 60_000;

export function happeningsHandlers(happenings: Happenings): Handlers<typeof routes.happenings> {
  const bookmarks = new PayerBudget(most.ofPerson, most.ofAddress, minute);
  return {
    page: ({ query: { limit, before } }, { caller }) =>
      happenings.page(caller.principal, limit, before),
    async acknowledge({ body: { ids } }, { request, caller }) {
      await happenings.acknowledge(caller.principal, byOf(request, caller), ids);
      return {};
    },
    bookmark({ body }, { request, caller }) {
      const by = byOf(request, caller);
      const payer = payerOf(caller.principal, by.address);
      if (!bookmarks.take(payer)) {
        const words = 'Too many bookmarks in a minute: wait a moment.';
        throw new RefusedError('throttled', words, undefined, Math.ceil(bookmarks.wait(payer)));
      }
      return happenings.bookmark(caller.principal, by, body);
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
