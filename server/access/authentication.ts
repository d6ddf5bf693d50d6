/** Signing in and out. */
import type { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { Actor } from '../contract/audit.ts';
import type { SignIn } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { KeyRecord } from '../store/key-repository.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { Records } from '../store/store.ts';
import type { Attempts } from './attempts.ts';
import { actorOf, type Caller, type Client } from './caller.ts';
import type { Change, Changes } from './changes.ts';
import type { CredentialCheck } from './credential-check.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { hashPassword } from './passwords.ts';
import { personPrincipal, type Begun, type SignIns } from './sign-ins.ts';
import { digest, newToken } from './tokens.ts';
import { timeOfDay } from '../time.ts';

export interface AuthenticationParts {
  readonly changes: Changes;
  readonly audit: Audit;
  readonly signIns: SignIns;
  readonly credentials: CredentialCheck;
  readonly attempts: Attempts;
}

const unknownActor: Actor = { kind: 'anyone', id: '', name: '' };

/** A shift begins: some 150 people sign in within seconds, and each is a change of the store. */
const provenAtOnce = 8;
const begunAtOnce = 2;
const mostWaiting = 2000;

export class Authentication {
  readonly #parts: AuthenticationParts;
  readonly #checking = new ConcurrencyLimit(provenAtOnce, mostWaiting);
  readonly #changing = new ConcurrencyLimit(begunAtOnce, mostWaiting);

  constructor(parts: AuthenticationParts) {
    this.#parts = parts;
  }

  /** @throws RefusedError `sign-in-failed`, `new-password-needed`, `weak-password`, `code-needed` or `throttled` */
  async signIn({ name, ...shown }: z.infer<typeof SignIn>, client: Client): Promise<Begun> {
    const { credentials } = this.#parts;
    const person = await this.#checking.run(() => credentials.checkByName(name, shown, client));
    const { next } = shown;
    const chosen =
      person.mustChange && next !== undefined
        ? await this.#checking.run(() => hashPassword(next))
        : undefined;
    return this.admit(person, client, 'password', async (records, signInId, tell) => {
      if (chosen !== undefined) {
        await records.people.update(person.id, { passwordHash: chosen, mustChange: false });
        tell({ action: 'password-changed', detail: { person: person.name } });
      }
      if (person.totpSecret !== null) await credentials.noteCode(records, signInId);
    });
  }

  /**
   * Begins a person's sign-in, once it is known who that is.
   * @param how for the audit
   * @param also what is to be kept with the sign-in
   * @throws RefusedError `sign-in-failed` when the account was changed or disabled meanwhile
   */
  async admit(
    person: PersonRecord,
    client: Client,
    how: 'password' | 'set-up' | 'invitation' | 'single sign-on',
    also?: (records: Records, signInId: string, tell: (change: Change) => void) => Promise<void>,
  ): Promise<Begun> {
    const { changes, signIns } = this.#parts;
    const { kind, id, name } = personPrincipal(person);
    const by = { actor: { kind, id, name }, address: client.address };
    const begin = async (records: Records, tell: (change: Change) => void): Promise<Begun> => {
      // First of all, so that a change that is being made by another server is waited for.
      await records.people.update(id, { lastSignIn: timeOfDay() });
      const now = await records.people.find(id);
      if (!now || now.disabled || now.passwordHash !== person.passwordHash) {
        throw new RefusedError('sign-in-failed', 'Your account was changed just now. Try again.');
      }
      const begun = await signIns.begin(records, { personId: id }, client);
      await also?.(records, begun.id, tell);
      tell({ kind: 'sign-in', action: 'signed-in', detail: { how } });
      if (how === 'single sign-on') return begun; // No password that could be guessed.
      return { ...begun, browser: await remember(records, id, client) };
    };
    return this.#changing.run(() => changes.make(by, begin));
  }

  /** Gives a browser the key of an enrolment link, once. @throws RefusedError `sign-in-failed`, `throttled` */
  async enrol(token: string, client: Client): Promise<Begun & { key: KeyRecord }> {
    const { changes, signIns, attempts, audit } = this.#parts;
    const by = { actor: unknownActor, address: client.address };
    return attempts.link(client, async () => {
      const take = async (
        records: Records,
        tell: (change: Change) => void,
      ): Promise<(Begun & { key: KeyRecord }) | undefined> => {
        const key = await records.keys.takeEnrolment(digest(token), timeOfDay());
        if (!key) return undefined;
        const begun = await signIns.begin(records, { keyId: key.id }, client);
        await records.keys.touch(key.id, timeOfDay());
        tell({ kind: 'sign-in', action: 'enrolled', detail: { key: key.name, role: key.role } });
        return { ...begun, key };
      };
      const enrolled = await this.#changing.run(() => changes.make(by, take));
      if (enrolled) return enrolled;
      const detail = { reason: 'unknown enrolment link' };
      await audit.record({ kind: 'sign-in', action: 'failed', ...by, detail });
      throw new RefusedError(
        'sign-in-failed',
        'This link is not good any more. Ask for a new one.',
      );
    });
  }

  async signOut(caller: Caller, address: string): Promise<void> {
    const { via } = caller;
    if (via.kind !== 'sign-in') return;
    const end = async (records: Records, tell: (change: Change) => void): Promise<void> => {
      if (await records.signIns.remove(via.id)) tell({ kind: 'sign-in', action: 'signed-out' });
    };
    await this.#changing.run(() =>
      this.#parts.changes.make({ actor: actorOf(caller), address }, end),
    );
  }
}

/**
 * Notes that a person has come in from this browser.
 * @returns what the browser is to keep: the token that it has, if it is one of ours
 */
async function remember({ knownBrowsers }: Records, id: string, client: Client): Promise<string> {
  const { browser } = client;
  const own = browser !== undefined && (await knownBrowsers.has(digest(browser)));
  const token = own ? browser : newToken();
  await knownBrowsers.note(id, digest(token), timeOfDay());
  return token;
}
