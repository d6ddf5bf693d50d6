/** Checks that someone is who they say: by a password, and a code where there is a second factor. */
import type { Audit } from '../audit/audit.ts';
import type { Actor } from '../contract/audit.ts';
import type { Reauthentication } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import { fittingName } from '../contract/name.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { Records, Store } from '../store/store.ts';
import type { Attempts, Attempt } from './attempts.ts';
import { actorOf, type Caller, type Client } from './caller.ts';
import { checkPassword, passwordFits } from './passwords.ts';
import { requirePerson } from './person.ts';
import { recoveryCodeHash } from './recovery-codes.ts';
import { ShownCodes } from './shown-codes.ts';
import { stepOfCode } from './two-factor.ts';

export class CredentialCheck {
  readonly #store: Store;
  readonly #audit: Audit;
  readonly #attempts: Attempts;
  readonly #shown: ShownCodes;

  constructor(store: Store, audit: Audit, attempts: Attempts) {
    this.#store = store;
    this.#audit = audit;
    this.#attempts = attempts;
    this.#shown = new ShownCodes(store, audit.run);
  }

  /**
   * Checks someone who is not signed in. The sentence of a refusal never says which part was wrong, or
   * whether the name exists.
   * @throws RefusedError `sign-in-failed`, `new-password-needed`, `code-needed` or `throttled`
   */
  async checkByName(
    name: string,
    { next, ...shown }: Reauthentication & { next?: string | undefined },
    client: Client,
  ): Promise<PersonRecord> {
    const person = await this.#store.people.findByName(name);
    const attempt = await this.#attempts.begin(name, person, client);
    const refusal = new RefusedError('sign-in-failed', 'Name, password or code are not right.');
    return this.#recording(
      { kind: 'anyone', id: '', name: fittingName(name) },
      client,
      refusal,
      () => this.#prove(person, attempt, shown, refusal, { entering: { next } }),
    );
  }

  /**
   * Checks someone who is signed in once more, before anything is changed that keeps others out.
   * @param codes whether a code that this very sign-in has shown in the last five minutes is enough
   * @throws RefusedError `sign-in-failed`, `code-needed` or `throttled`
   */
  async checkAgain(
    caller: Caller,
    shown: Reauthentication,
    client: Client,
    codes: 'a new code' | 'a recent code' = 'a new code',
  ): Promise<PersonRecord> {
    const person = await requirePerson(this.#store, caller.principal.id);
    const attempt = await this.#attempts.begin(person.name, person, client);
    const { via } = caller;
    const spared =
      codes === 'a recent code' &&
      shown.code === undefined &&
      via.kind === 'sign-in' &&
      (await this.#shown.isFresh(via.id));
    const refusal = new RefusedError(
      'sign-in-failed',
      person.totpSecret === null
        ? 'The present password is not right.'
        : 'The present password or the code is not right. Each code is good once.',
    );
    return this.#recording(actorOf(caller), client, refusal, () =>
      this.#prove(person, attempt, shown, refusal, { spareCode: spared }),
    );
  }

  /**
   * Checks the second factor alone, of somebody who has another proof in place of the password.
   * @throws RefusedError `sign-in-failed`, `code-needed` or `throttled`
   */
  async checkCode(person: PersonRecord, code: string | undefined, client: Client): Promise<void> {
    const attempt = await this.#attempts.begin(person.name, person, client);
    const refusal = new RefusedError(
      'sign-in-failed',
      'The code is not right. Each code is good once.',
    );
    const actor = { kind: 'person', id: person.id, name: person.name } as const;
    await this.#recording(actor, client, refusal, () =>
      this.#proveCode(person, attempt, code, refusal),
    );
  }

  /** Remembers that this sign-in has just shown a code. */
  noteCode(records: Records, signInId: string): Promise<void> {
    return this.#shown.note(records, signInId);
  }

  async #prove(
    person: PersonRecord | undefined,
    attempt: Attempt,
    { password, code }: Reauthentication,
    refusal: RefusedError,
    {
      spareCode = false,
      entering,
    }: { spareCode?: boolean; entering?: { next?: string | undefined } },
  ): Promise<PersonRecord> {
    const proven = await this.#attempts.password(attempt, async () => {
      const fits = await passwordFits(person?.passwordHash ?? null, password);
      if (!person || !fits || person.disabled) throw refusal;
      return person;
    });
    // Before the code, which would be used up.
    if (entering && proven.mustChange) demandOther(proven, password, entering.next);
    if (!spareCode) await this.#proveCode(proven, attempt, code, refusal);
    return proven;
  }

  async #proveCode(
    person: PersonRecord,
    attempt: Attempt,
    code: string | undefined,
    refusal: RefusedError,
  ): Promise<void> {
    const { id, totpSecret } = person;
    if (totpSecret === null) return;
    if (code === undefined) {
      throw new RefusedError('code-needed', 'Enter the code of your authenticator app.');
    }
    await this.#attempts.code(attempt, async () => {
      if (!/^\d{6}$/.test(code)) return this.#takeRecoveryCode(person, code, attempt, refusal);
      const step = stepOfCode(totpSecret, code);
      if (step === undefined || !(await this.#store.people.takeCode(id, totpSecret, step))) {
        throw refusal;
      }
    });
  }

  async #takeRecoveryCode(
    { id, name }: PersonRecord,
    code: string,
    { address }: Attempt,
    refusal: RefusedError,
  ): Promise<void> {
    await this.#store.transaction(async (records) => {
      if (!(await records.recoveryCodes.take(id, recoveryCodeHash(code)))) throw refusal;
      const left = await records.recoveryCodes.count(id);
      await this.#audit.within(records, {
        ...{ kind: 'sign-in', action: 'recovery-code-used', address },
        ...{ actor: { kind: 'person', id, name }, detail: { left } },
      });
    });
  }

  /** A failure is recorded in the audit, other errors are not: the caller hears the first either way. */
  async #recording<T>(
    actor: Actor,
    { address }: Client,
    refusal: RefusedError,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error === refusal) {
        const detail = { reason: 'wrong name, password or code' };
        await this.#audit.record({ kind: 'sign-in', action: 'failed', actor, address, detail });
      }
      throw error;
    }
  }
}

/** @throws RefusedError `new-password-needed`, or `weak-password` for the same once more */
function demandOther({ name }: PersonRecord, password: string, next: string | undefined): void {
  if (next === undefined) {
    throw new RefusedError(
      'new-password-needed',
      'An administrator knows this password. Choose one of your own.',
    );
  }
  if (next === password) {
    throw new RefusedError('weak-password', 'Choose another password than the present one.');
  }
  checkPassword(next, name);
}
