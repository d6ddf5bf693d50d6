/** Signing in and out. */
import type { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { Actor } from '../contract/audit.ts';
import type { SignIn } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { KeyRecord } from '../store/keys.ts';
import type { PersonRecord } from '../store/people.ts';
import type { Store } from '../store/store.ts';
import { addressKey } from './address-key.ts';
import { actorOf, type Caller, type Client } from './caller.ts';
import type { Changes } from './changes.ts';
import { passwordFits } from './passwords.ts';
import { personPrincipal, type Begun, type SignIns } from './sign-ins.ts';
import type { Throttle } from './throttle.ts';
import { digest } from './tokens.ts';
import type { TwoFactor } from './two-factor.ts';

/** Attempts that fail, by account and by address. */
export interface Attempts {
  readonly account: Throttle;
  readonly address: Throttle;
}

export interface AuthenticationParts {
  readonly store: Store;
  readonly changes: Changes;
  readonly audit: Audit;
  readonly signIns: SignIns;
  readonly twoFactor: TwoFactor;
  readonly attempts: Attempts;
}

export class Authentication {
  readonly #parts: AuthenticationParts;

  constructor(parts: AuthenticationParts) {
    this.#parts = parts;
  }

  /** @throws RefusedError `sign-in-failed`, `code-needed` or `throttled` */
  async signIn({ name, password, code }: z.infer<typeof SignIn>, client: Client): Promise<Begun> {
    const { store, twoFactor, attempts } = this.#parts;
    const account = name.trim().toLowerCase();
    // Counted before it is looked at, so that many at once do not slip through.
    await attempts.address.take(addressKey(client.address));
    await attempts.account.take(account);
    const person = await store.people.findByName(name);
    const fits = await passwordFits(person?.passwordHash ?? null, password);
    if (!person || !fits || person.disabled)
      return this.#fail(name, 'wrong name or password', client);
    if (person.totpSecret !== null) {
      if (code === undefined) {
        await attempts.address.giveBack(addressKey(client.address));
        await attempts.account.giveBack(account);
        throw new RefusedError('code-needed', 'Enter the code of your authenticator app.');
      }
      if (!twoFactor.accepts(person.id, person.totpSecret, code)) {
        return this.#fail(name, 'wrong code', client);
      }
    }
    await attempts.account.forget(account);
    await attempts.address.giveBack(addressKey(client.address));
    return this.admit(person, client, 'password');
  }

  /** Begins a person's sign-in, once it is known who that is. @param how for the audit */
  async admit(person: PersonRecord, client: Client, how: string): Promise<Begun> {
    const { changes, signIns } = this.#parts;
    const { kind, id, name } = personPrincipal(person);
    const by = { actor: { kind, id, name }, address: client.address };
    return changes.make(by, async (records, tell) => {
      const begun = await signIns.begin(records, { personId: id }, client);
      await records.people.update(id, { lastSignIn: Date.now() });
      tell({ kind: 'sign-in', action: 'signed-in', detail: { how } });
      return begun;
    });
  }

  /** Gives a browser the key of an enrolment link, once. @throws RefusedError `sign-in-failed`, `throttled` */
  async enrol(token: string, client: Client): Promise<Begun & { key: KeyRecord }> {
    const { changes, signIns, attempts } = this.#parts;
    await attempts.address.take(addressKey(client.address));
    const stranger: Actor = { kind: 'anyone', id: '', name: '' };
    const enrolled = await changes.make(
      { actor: stranger, address: client.address },
      async (records, tell) => {
        const key = await records.keys.takeEnrolment(digest(token), Date.now());
        if (!key) return undefined;
        const begun = await signIns.begin(records, { keyId: key.id }, client);
        await records.keys.touch(key.id, Date.now());
        tell({ kind: 'sign-in', action: 'enrolled', detail: { key: key.name, role: key.role } });
        return { ...begun, key };
      },
    );
    if (!enrolled) return this.#fail('', 'unknown enrolment link', client);
    await attempts.address.giveBack(addressKey(client.address));
    return enrolled;
  }

  async signOut(caller: Caller, address: string): Promise<void> {
    const { via } = caller;
    if (via.kind !== 'sign-in') return;
    await this.#parts.changes.make({ actor: actorOf(caller), address }, async (records, tell) => {
      if (await records.signIns.remove(via.id)) tell({ kind: 'sign-in', action: 'signed-out' });
    });
  }

  /** Keeps that it failed. The sentence never says which part was wrong, or whether the name exists. */
  async #fail(name: string, reason: string, { address }: Client): Promise<never> {
    await this.#parts.audit.record({
      kind: 'sign-in',
      action: 'failed',
      actor: { kind: 'anyone', id: '', name: name.slice(0, 64) },
      address,
      detail: { reason },
    });
    throw new RefusedError(
      'sign-in-failed',
      name === ''
        ? 'This link is not good any more. Ask for a new one.'
        : 'Name, password or code are not right.',
    );
  }
}
