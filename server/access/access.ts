/** Everything about who may come in, put together. */
import type { Logger } from 'pino';
import type { Audit } from '../audit/audit.ts';
import type { Settings } from '../config.ts';
import type { Store } from '../store/store.ts';
import { Account } from './account.ts';
import { Authentication } from './authentication.ts';
import type { Gate } from './caller.ts';
import { Changes } from './changes.ts';
import { FirstStart } from './first-start.ts';
import { Identity, openGate } from './identity.ts';
import { Keys } from './keys.ts';
import { People } from './people.ts';
import { SignIns } from './sign-ins.ts';
import { SingleSignOn } from './single-sign-on.ts';
import { Throttle } from './throttle.ts';
import { TwoFactor } from './two-factor.ts';

const quarterHour = 900; // s

export interface Access {
  readonly mode: Settings['access']['mode'];
  readonly gate: Gate;
  readonly changes: Changes;
  readonly people: People;
  readonly account: Account;
  readonly keys: Keys;
  readonly authentication: Authentication;
  readonly firstStart: FirstStart;
  readonly singleSignOn: SingleSignOn | undefined;
}

/** @param onChange called after each change, to look again at who may do what */
export async function openAccess(
  settings: Settings,
  { store, audit, log }: { store: Store; audit: Audit; log: Logger },
  onChange: () => void,
): Promise<Access> {
  const { mode, enrolment_lifetime: enrolmentLifetime } = settings.access;
  const { sign_in_failures_per_account: perAccount, sign_in_failures_per_address: perAddress } =
    settings.limits;
  const changes = new Changes(store, audit, onChange);
  const signIns = new SignIns(settings.access);
  const twoFactor = new TwoFactor();
  const attempts = {
    account: new Throttle('attempts to sign in', perAccount, quarterHour),
    address: new Throttle('attempts to sign in from this address', perAddress, quarterHour),
  };
  const firstStart = await FirstStart.look(store, changes);
  return {
    mode,
    gate: mode === 'open' ? openGate : new Identity(store, signIns, firstStart),
    changes,
    people: new People(store, changes),
    account: new Account(store, changes, twoFactor, attempts.account),
    keys: new Keys(store, changes, enrolmentLifetime),
    authentication: new Authentication({ store, changes, audit, signIns, twoFactor, attempts }),
    firstStart,
    singleSignOn:
      settings.oidc.issuer === ''
        ? undefined
        : new SingleSignOn(settings.oidc, store, changes, log),
  };
}
