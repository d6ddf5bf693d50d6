/** The people who may sign in: added, changed and removed by administrators. */
import type { z } from 'zod';
import type { AddedPerson, AddPerson, ChangePerson, Person } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { Store } from '../store/store.ts';
import { actorOf, type By, type Caller, type Client } from './caller.ts';
import type { Changes } from './changes.ts';
import type { Invitations } from './invitations.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { requirePerson, keepAnAdministrator, newPerson, takeSecondFactor } from './person.ts';
import type { CredentialCheck } from './credential-check.ts';
import { timeOfDay } from '../time.ts';

export class People {
  readonly #store: Store;
  readonly #changes: Changes;
  readonly #credentials: CredentialCheck;
  readonly #invitations: Invitations;

  constructor(
    store: Store,
    changes: Changes,
    credentials: CredentialCheck,
    invitations: Invitations,
  ) {
    this.#store = store;
    this.#changes = changes;
    this.#credentials = credentials;
    this.#invitations = invitations;
  }

  async list(): Promise<Person[]> {
    const invited = await this.#store.invitations.list(timeOfDay());
    const people = await this.#store.people.list();
    return people.map((person) => describe(person, invited.get(person.id)));
  }

  /**
   * With a link by which they choose a password, or with one that is good for the first sign-in.
   * @throws RefusedError `weak-password` or `name-taken`
   */
  async add(
    by: By,
    { name, password, grants }: z.infer<typeof AddPerson>,
  ): Promise<z.infer<typeof AddedPerson>> {
    if (password !== undefined) checkPassword(password, name);
    const passwordHash = password === undefined ? null : await hashPassword(password);
    const person = { ...newPerson(name), passwordHash, mustChange: passwordHash !== null, grants };
    const invitation = await this.#changes.make(by, async (records, tell) => {
      await records.people.add(person);
      tell({ action: 'person-added', detail: { person: name, grants } });
      if (passwordHash !== null) return undefined;
      tell({ action: 'invitation-made', detail: { person: name } });
      return this.#invitations.make(records, person.id);
    });
    return { ...describe(person, invitation?.expiresAt), invitation };
  }

  /**
   * Changes a person. Someone who changes their own password or second factor this way gives the proof first, as
   * on the page of their account: a stolen sign-in must not lock its owner out.
   * @throws RefusedError `not-found`, `weak-password`, `last-administrator` or `invalid-request`; for
   *   oneself also `sign-in-failed`, `code-needed` and `throttled`
   */
  async change(
    caller: Caller,
    client: Client,
    id: string,
    { proof, ...changes }: z.infer<typeof ChangePerson>,
  ): Promise<Person> {
    const { grants, disabled, password } = changes;
    const before = await requirePerson(this.#store, id);
    const { principal, via } = caller;
    const own = principal.kind === 'person' && principal.id === id;
    const secrets = password !== undefined || changes.twoFactor === false;
    if (before.issuer !== null && (grants ?? password) !== undefined) {
      throw new RefusedError(
        'invalid-request',
        'This person signs in elsewhere; rights and password are changed there.',
      );
    }
    if (own && secrets) {
      if (!proof) throw new RefusedError('sign-in-failed', 'Enter your present password too.');
      await this.#credentials.checkAgain(caller, proof, client);
    }
    if (password !== undefined) checkPassword(password, before.name);
    const by = { actor: actorOf(caller), address: client.address };
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    const person = await this.#changes.make(by, async (records, tell) => {
      await records.people.update(id, {
        ...(grants ? { grants } : {}),
        ...(disabled === undefined ? {} : { disabled }),
        ...(passwordHash === undefined ? {} : { passwordHash, mustChange: !own }),
      });
      if (changes.twoFactor === false) await takeSecondFactor(records, id);
      // A link of before must not open what was set or closed since.
      if (disabled || password !== undefined) await records.invitations.removeOf(id);
      if (disabled || secrets) {
        // Sign-ins made with what was taken away end, except the one that makes this change.
        const stays = own && !disabled && via.kind === 'sign-in' ? via.id : undefined;
        await records.signIns.removeOf({ personId: id }, stays);
        await records.knownBrowsers.forget(id);
      }
      await keepAnAdministrator(records);
      // The password itself is nobody's business.
      const said = { ...changes, ...(password === undefined ? {} : { password: 'changed' }) };
      tell({ action: 'person-changed', detail: { person: before.name, ...said } });
      return requirePerson(records, id);
    });
    const invited = await this.#store.invitations.list(timeOfDay());
    return describe(person, invited.get(id));
  }

  /** @throws RefusedError `not-found` or `last-administrator` */
  async remove(by: By, id: string): Promise<void> {
    await this.#changes.make(by, async (records, tell) => {
      const { name } = await requirePerson(records, id);
      await records.people.remove(id);
      // Shared ones are the site's.
      await records.views.removePrivateOf(id);
      await keepAnAdministrator(records);
      tell({ action: 'person-removed', detail: { person: name } });
    });
  }
}

function describe(person: PersonRecord, invitedUntil?: number): Person {
  const { id, name, grants, disabled, createdAt, lastSignIn } = person;
  return {
    id,
    name,
    grants: [...grants],
    disabled,
    twoFactor: person.totpSecret !== null,
    external: person.issuer !== null,
    createdAt,
    lastSignIn,
    password: person.passwordHash !== null,
    ...(invitedUntil === undefined ? {} : { invitedUntil }),
  };
}
