/** The people who may sign in: added, changed and removed by administrators. */
import type { z } from 'zod';
import type { AddPerson, ChangePerson, Person } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { Store } from '../store/store.ts';
import { actorOf, type By, type Caller, type Client } from './caller.ts';
import type { Changes } from './changes.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { requirePerson, keepAnAdministrator, newPerson } from './person.ts';
import type { CredentialCheck } from './credential-check.ts';

export class People {
  readonly #store: Store;
  readonly #changes: Changes;
  readonly #credentials: CredentialCheck;

  constructor(store: Store, changes: Changes, credentials: CredentialCheck) {
    this.#store = store;
    this.#changes = changes;
    this.#credentials = credentials;
  }

  async list(): Promise<Person[]> {
    return (await this.#store.people.list()).map(describe);
  }

  /** @throws RefusedError `weak-password` or `name-taken` */
  async add(by: By, { name, password, grants }: z.infer<typeof AddPerson>): Promise<Person> {
    checkPassword(password, name);
    const person = { ...newPerson(name), passwordHash: await hashPassword(password), grants };
    await this.#changes.make(by, async ({ people }, tell) => {
      await people.add(person);
      tell({ action: 'person-added', detail: { person: name, grants } });
    });
    return describe(person);
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
        ...(passwordHash === undefined ? {} : { passwordHash }),
      });
      if (changes.twoFactor === false) await records.people.setTwoFactor(id, null, null);
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
    return describe(person);
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

function describe(person: PersonRecord): Person {
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
  };
}
