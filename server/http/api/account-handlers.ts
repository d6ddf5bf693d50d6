/** One's own account, and where one is signed in. */
import type { Access } from '../../access/access.ts';
import type { ActiveSignIns } from '../../access/active-sign-ins.ts';
import type { routes } from '../../contract/routes.ts';
import { browserOf, byOf } from '../caller.ts';
import type { Handlers } from './serve.ts';

export function accountHandlers(
  { ownAccount, cookies }: Pick<Access, 'ownAccount' | 'cookies'>,
  active: ActiveSignIns,
): Handlers<typeof routes.me> {
  return {
    describe: (_asked, { caller }) => ownAccount.describe(caller),
    async changePassword({ body }, { request, caller }) {
      await ownAccount.changePassword(caller, browserOf(request, cookies), body);
      return {};
    },
    offerTwoFactor: ({ body }, { request, caller }) =>
      ownAccount.offerTwoFactor(caller, browserOf(request, cookies), body),
    async confirmTwoFactor({ body }, { request, caller }) {
      const client = browserOf(request, cookies);
      return { recoveryCodes: await ownAccount.confirmTwoFactor(caller, client, body.code) };
    },
    async newRecoveryCodes({ body }, { request, caller }) {
      const client = browserOf(request, cookies);
      return { recoveryCodes: await ownAccount.newRecoveryCodes(caller, client, body) };
    },
    async removeTwoFactor({ body }, { request, caller }) {
      await ownAccount.removeTwoFactor(caller, browserOf(request, cookies), body);
      return {};
    },
    async signIns(_asked, { caller }) {
      const all = await active.list(caller);
      return all.filter(({ actor }) => actor.id === caller.principal.id);
    },
    async endSignIn({ params }, { request, caller }) {
      await active.end(byOf(request, caller), params.id, caller.principal.id);
      return {};
    },
  };
}
