/** What a person changes of their own account: the password and the second factor. */
import type { Me, Reauthentication } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Records, Store } from '../store/store.ts';
import type { Attempts } from './attempts.ts';
import { actorOf, type By, type Caller, type Client } from './caller.ts';
import type { Changes } from './changes.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { requirePerson } from './person.ts';
import type { CredentialCheck } from './credential-check.ts';
import { digest } from './tokens.ts';
import { offerTwoFactor, stepOfCode } from './two-factor.ts';

/** How long an offered secret stays valid, and how many may be open at once (10,000 people on their first day). */
const offerLifetime = 900_000; // ms
const mostOffered = 10_000;

export interface OwnAccountParts {
  readonly store: Store;
  readonly changes: Changes;
  readonly credentials: CredentialCheck;
  readonly attempts: Attempts;
}

interface Offered {
  readonly secret: string;
  /** ms, monotonic clock */
  readonly until: number;
}

export class OwnAccount {
  readonly #parts: OwnAccountParts;
  /** Secrets that were shown and not confirmed yet, by the sign-in that has proven itself. */
  readonly #offered = new Map<string, Offered>();

  constructor(parts: OwnAccountParts) {
    this.#parts = parts;
  }

  async describe({ principal }: Caller): Promise<Me> {
    const person =
      principal.kind === 'person' ? await this.#parts.store.people.find(principal.id) : undefined;
    return {
      ...principal,
      twoFactor: typeof person?.totpSecret === 'string',
      password: typeof person?.passwordHash === 'string',
    };
  }

  /** Ends every other sign-in. @throws RefusedError `sign-in-failed`, `code-needed`, `throttled`, `weak-password` */
  async changePassword(
    caller: Caller,
    client: Client,
    { current, code, next }: { current: string; code?: string | undefined; next: string },
  ): Promise<void> {
    const person = await this.#parts.credentials.checkAgain(
      caller,
      { password: current, code },
      client,
    );
    checkPassword(next, person.name);
    const passwordHash = await hashPassword(next);
    await this.#parts.changes.make(by(caller, client), async (records, tell) => {
      await records.people.update(person.id, { passwordHash });
      await endOthers(records, caller, client);
      tell({ action: 'password-changed', detail: { person: person.name } });
    });
  }

  /**
   * Shows the secret of a new second factor, which replaces the present one once it is confirmed.
   * @throws RefusedError `sign-in-failed`, `code-needed`, `throttled`; `invalid-request` for someone who
   *   signs in elsewhere
   */
  async offerTwoFactor(
    caller: Caller,
    client: Client,
    shown: Reauthentication,
  ): Promise<{ uri: string; secret: string }> {
    const { passwordHash } = await requirePerson(this.#parts.store, caller.principal.id);
    if (passwordHash === null) {
      throw new RefusedError(
        'invalid-request',
        'You sign in elsewhere; a second factor is set there.',
      );
    }
    const { name } = await this.#parts.credentials.checkAgain(caller, shown, client);
    const offer = offerTwoFactor(name);
    this.#forgetOld();
    this.#offered.set(viaOf(caller), {
      secret: offer.secret,
      until: performance.now() + offerLifetime,
    });
    return offer;
  }

  /** Ends every other sign-in. @throws RefusedError `sign-in-failed` when the code does not fit what was offered */
  async confirmTwoFactor(caller: Caller, client: Client, code: string): Promise<void> {
    const { store, changes, attempts } = this.#parts;
    const person = await requirePerson(store, caller.principal.id);
    const { id, name } = person;
    const attempt = await attempts.begin(name, person, client);
    const confirmed = await attempts.code(attempt, async () => {
      const offered = this.#offered.get(viaOf(caller));
      const valid = offered && offered.until > performance.now() ? offered : undefined;
      const step = valid && stepOfCode(valid.secret, code);
      if (valid && step !== undefined) return { secret: valid.secret, step };
      throw new RefusedError(
        'sign-in-failed',
        valid
          ? 'The code does not fit. Look at the clock of the phone, and enter the newest code.'
          : 'This took too long, or another code was shown since. Begin again.',
      );
    });
    await changes.make(by(caller, client), async (records, tell) => {
      const { totpSecret: former } = await requirePerson(records, id);
      await records.people.setTwoFactor(id, confirmed.secret, confirmed.step);
      await endOthers(records, caller, client);
      const action = former === null ? 'two-factor-added' : 'two-factor-replaced';
      tell({ action, detail: { person: name } });
    });
    this.#offered.delete(viaOf(caller));
    this.#parts.credentials.noteCode(viaOf(caller));
  }

  /** Ends every other sign-in. @throws RefusedError `sign-in-failed`, `code-needed` or `throttled` */
  async removeTwoFactor(caller: Caller, client: Client, shown: Reauthentication): Promise<void> {
    const { credentials } = this.#parts;
    const { id, name } = await credentials.checkAgain(caller, shown, client, 'a recent code');
    await this.#parts.changes.make(by(caller, client), async (records, tell) => {
      await records.people.setTwoFactor(id, null, null);
      await endOthers(records, caller, client);
      tell({ action: 'two-factor-removed', detail: { person: name } });
    });
  }

  #forgetOld(): void {
    const now = performance.now();
    for (const [via, { until }] of this.#offered) {
      if (until < now || this.#offered.size >= mostOffered) this.#offered.delete(via);
      else break; // In the order of their time, but for offers that were replaced: at worst, one stays longer.
    }
  }
}

/** Everyone else signed in as this person has to sign in again, and their browser no longer counts as known. */
async function endOthers(
  { signIns, knownBrowsers }: Records,
  { principal: { id }, via }: Caller,
  { browser }: Client,
): Promise<void> {
  await signIns.removeOf({ personId: id }, via.kind === 'sign-in' ? via.id : undefined);
  await knownBrowsers.forget(id, browser === undefined ? undefined : digest(browser));
}

/** Callers without a sign-in are no person, and are refused before this matters. */
function viaOf({ via }: Caller): string {
  return via.kind === 'sign-in' ? via.id : '';
}

function by(caller: Caller, { address }: Client): By {
  return { actor: actorOf(caller), address };
}
