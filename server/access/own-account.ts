/** What a person changes of their own account: the password and the second factor. */
import type { Me, Reauthentication } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Records, Store } from '../store/store.ts';
import type { Attempts } from './attempts.ts';
import { actorOf, type By, type Caller, type Client } from './caller.ts';
import type { Changes } from './changes.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { requirePerson, takeSecondFactor } from './person.ts';
import { newRecoveryCodes } from './recovery-codes.ts';
import type { CredentialCheck } from './credential-check.ts';
import { timeOfDay } from '../time.ts';
import { digest } from './tokens.ts';
import { offerTwoFactor, stepOfCode } from './two-factor.ts';

/** How long an offered secret stays valid, ms. */
const offerLifetime = 900_000;
/**
 * Secrets that were shown and not confirmed yet, by the sign-in that has proven itself: one for each. They are in the store,
 * since the next request may reach another server.
 */
export const offers = 'offered-two-factor:';

export interface OwnAccountParts {
  readonly store: Store;
  readonly changes: Changes;
  readonly credentials: CredentialCheck;
  readonly attempts: Attempts;
}

export class OwnAccount {
  readonly #parts: OwnAccountParts;

  constructor(parts: OwnAccountParts) {
    this.#parts = parts;
  }

  async describe({ principal }: Caller): Promise<Me> {
    const person =
      principal.kind === 'person' ? await this.#parts.store.people.find(principal.id) : undefined;
    return {
      ...principal,
      twoFactor: typeof person?.totpSecret === 'string',
      recoveryCodes:
        typeof person?.totpSecret === 'string'
          ? await this.#parts.store.recoveryCodes.count(person.id)
          : 0,
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
      await records.people.update(person.id, { passwordHash, mustChange: false });
      await records.invitations.removeOf(person.id);
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
    const { facts } = this.#parts.store;
    const now = timeOfDay();
    // The end comes first, so that values are in the order of their time (expired.ts).
    await facts.set(offers + viaOf(caller), `${now + offerLifetime} ${offer.secret}`);
    return offer;
  }

  /**
   * Ends every other sign-in.
   * @returns recovery codes, which are told this once
   * @throws RefusedError `sign-in-failed` when the code does not fit what was offered
   */
  async confirmTwoFactor(caller: Caller, client: Client, code: string): Promise<string[]> {
    const { store, changes, attempts, credentials } = this.#parts;
    const person = await requirePerson(store, caller.principal.id);
    const { id, name } = person;
    const attempt = await attempts.begin(name, person, client);
    const confirmed = await attempts.code(attempt, async () => {
      const offered = (await store.facts.get(offers + viaOf(caller))) ?? '';
      const [until, secret] = offered.split(' ');
      if (secret === undefined || Number(until) <= timeOfDay()) throw tooLate();
      const step = stepOfCode(secret, code);
      if (step !== undefined) return { offered, secret, step };
      throw new RefusedError(
        'sign-in-failed',
        'The code does not fit. Look at the clock of the phone, and enter the newest code.',
      );
    });
    return changes.make(by(caller, client), async (records, tell) => {
      // Of two servers that are shown the code, one takes it.
      if (!(await records.facts.take(offers + viaOf(caller), confirmed.offered))) throw tooLate();
      const { totpSecret: former } = await requirePerson(records, id);
      await records.people.setTwoFactor(id, confirmed.secret, confirmed.step);
      await credentials.noteCode(records, viaOf(caller));
      await endOthers(records, caller, client);
      const action = former === null ? 'two-factor-added' : 'two-factor-replaced';
      tell({ action, detail: { person: name } });
      return newRecoveryCodes(records, id);
    });
  }

  /**
   * A new set of recovery codes; those of before are good no more.
   * @throws RefusedError `sign-in-failed`, `code-needed`, `throttled`; `invalid-request` without a second factor
   */
  async newRecoveryCodes(
    caller: Caller,
    client: Client,
    shown: Reauthentication,
  ): Promise<string[]> {
    const { credentials, changes } = this.#parts;
    const { id, name } = await credentials.checkAgain(caller, shown, client, 'a recent code');
    return changes.make(by(caller, client), async (records, tell) => {
      if ((await requirePerson(records, id)).totpSecret === null) {
        throw new RefusedError('invalid-request', 'There is no second factor: set one up first.');
      }
      tell({ action: 'recovery-codes-made', detail: { person: name } });
      return newRecoveryCodes(records, id);
    });
  }

  /** Ends every other sign-in. @throws RefusedError `sign-in-failed`, `code-needed` or `throttled` */
  async removeTwoFactor(caller: Caller, client: Client, shown: Reauthentication): Promise<void> {
    const { credentials } = this.#parts;
    const { id, name } = await credentials.checkAgain(caller, shown, client, 'a recent code');
    await this.#parts.changes.make(by(caller, client), async (records, tell) => {
      await takeSecondFactor(records, id);
      await endOthers(records, caller, client);
      tell({ action: 'two-factor-removed', detail: { person: name } });
    });
  }
}

function tooLate(): RefusedError {
  return new RefusedError(
    'sign-in-failed',
    'This took too long, or another code was shown since. Begin again.',
  );
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
