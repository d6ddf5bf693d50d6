/** Builds the parts of access control: who is signed in, and who may do what. */
import type { Logger } from 'pino';
import type { Audit } from '../audit/audit.ts';
import type { Settings } from '../config.ts';
import type { Store } from '../store/store.ts';
import { OwnAccount } from './own-account.ts';
import { Attempts } from './attempts.ts';
import { Authentication } from './authentication.ts';
import type { Gate } from './caller.ts';
import { Changes } from './changes.ts';
import { Cookies } from './cookie.ts';
import { deleteExpired } from './expired.ts';
import type { SharedAttempts } from './failure-budget.ts';
import { FirstStart } from './first-start.ts';
import { Identity, openGate } from './identity.ts';
import { Invitations } from './invitations.ts';
import { Keys } from './keys.ts';
import { PendingSignOns } from './pending-sign-ons.ts';
import { People } from './people.ts';
import { CredentialCheck } from './credential-check.ts';
import { SignIns } from './sign-ins.ts';
import { SingleSignOn } from './single-sign-on.ts';
import { WithdrawnRights } from './withdrawn-rights.ts';

export interface Access {
  readonly mode: Settings['access']['mode'];
  readonly gate: Gate;
  readonly cookies: Cookies;
  readonly changes: Changes;
  readonly people: People;
  readonly invitations: Invitations;
  readonly ownAccount: OwnAccount;
  readonly keys: Keys;
  readonly authentication: Authentication;
  readonly firstStart: FirstStart;
  readonly singleSignOn: SingleSignOn | undefined;
  /** Stops the timers, and resolves when the work that they began has ended. */
  stop(): Promise<void>;
}

export interface AccessParts {
  readonly store: Store;
  readonly audit: Audit;
  /** Where attempts to sign in are counted with other servers. */
  readonly sharedAttempts?: SharedAttempts | undefined;
  readonly log: Logger;
}

/** @param onChange called after each change, to look again at who may do what */
export async function openAccess(
  settings: Settings,
  { store, audit, sharedAttempts, log }: AccessParts,
  onChange: (number: number) => void,
): Promise<Access> {
  const { mode, enrolment_lifetime: enrolmentLifetime } = settings.access;
  const changes = new Changes(store, audit, onChange);
  const signIns = new SignIns(settings.access);
  const attempts = new Attempts(store, settings.limits, sharedAttempts);
  const credentials = new CredentialCheck(store, audit, attempts);
  const invitations = new Invitations({
    ...{ store, changes, audit, attempts, credentials },
    lifetime: settings.access.invitation_lifetime,
  });
  const cookies = await Cookies.of(store);
  const firstStart = await FirstStart.look({ store, changes, run: audit.run }, mode !== 'open');
  const { oidc } = settings;
  const singleSignOn =
    oidc.issuer === ''
      ? undefined
      : new SingleSignOn(oidc, { store, changes, pending: await PendingSignOns.of(store), log });
  const withdrawn =
    singleSignOn && new WithdrawnRights({ store, changes, log, singleSignOn }, oidc);
  const stopDeleting = deleteExpired(store, settings.access.idle_limit, log);
  return {
    mode,
    gate: mode === 'open' ? openGate : new Identity(store, cookies, signIns, firstStart),
    cookies,
    changes,
    people: new People(store, changes, credentials, invitations),
    invitations,
    ownAccount: new OwnAccount({ store, changes, credentials, attempts }),
    keys: new Keys(store, changes, enrolmentLifetime),
    authentication: new Authentication({ changes, audit, signIns, credentials, attempts }),
    firstStart,
    singleSignOn,
    async stop() {
      singleSignOn?.stop();
      await withdrawn?.stop();
      await stopDeleting();
      await firstStart.stop().catch((error: unknown) => {
        log.warn({ err: error }, 'the set-up link could not be withdrawn');
      });
    },
  };
}
