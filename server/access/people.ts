/** The people who may sign in: added, changed and removed by administrators. */
import type { z } from 'zod';
import type { AddPerson, ChangePerson, Person } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { PersonRecord } from '../store/people.ts';
import type { Records, Store } from '../store/store.ts';
import type { By } from './caller.ts';
import type { Changes } from './changes.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { administersSite } from './policy.ts';
import { newId } from './tokens.ts';

export class People {
  readonly #store: Store;
  readonly #changes: Changes;

  constructor(store: Store, changes: Changes) {
    this.#store = store;
    this.#changes = changes;
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

  /** @throws RefusedError `not-found`, `weak-password`, `last-administrator` or `invalid-request` */
  async change(by: By, id: string, changes: z.infer<typeof ChangePerson>): Promise<Person> {
    const { grants, disabled, password } = changes;
    const before = await found(this.#store, id);
    if (before.issuer !== null && (grants ?? password) !== undefined) {
      throw new RefusedError(
        'invalid-request',
        'This person signs in elsewhere; rights and password are changed there.',
      );
    }
    if (password !== undefined) checkPassword(password, before.name);
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    const person = await this.#changes.make(by, async (records, tell) => {
      await records.people.update(id, {
        ...(grants ? { grants } : {}),
        ...(disabled === undefined ? {} : { disabled }),
        ...(passwordHash === undefined ? {} : { passwordHash }),
        ...(changes.twoFactor === false ? { totpSecret: null } : {}),
      });
      // Whoever signed in with what was taken away has to sign in again.
      if (disabled || passwordHash !== undefined) await records.signIns.removeOf({ personId: id });
      await keepAnAdministrator(records);
      // The password itself is nobody's business.
      const said = { ...changes, ...(password === undefined ? {} : { password: 'changed' }) };
      tell({ action: 'person-changed', detail: { person: before.name, ...said } });
      return found(records, id);
    });
    return describe(person);
  }

  /** @throws RefusedError `not-found` or `last-administrator` */
  async remove(by: By, id: string): Promise<void> {
    await this.#changes.make(by, async (records, tell) => {
      const { name } = await found(records, id);
      await records.people.remove(id);
      await keepAnAdministrator(records);
      tell({ action: 'person-removed', detail: { person: name } });
    });
  }
}

/** A record of someone without rights and without a way to sign in yet. */
export function newPerson(name: string): PersonRecord {
  return {
    id: newId(),
    name,
    passwordHash: null,
    totpSecret: null,
    issuer: null,
    subject: null,
    disabled: false,
    createdAt: Date.now(),
    lastSignIn: null,
    grants: [],
  };
}

/** @throws RefusedError `not-found` */
export async function found(
  { people }: Pick<Records, 'people'>,
  id: string,
): Promise<PersonRecord> {
  const person = await people.find(id);
  if (!person) throw new RefusedError('not-found', 'There is no such person any more.');
  return person;
}

async function keepAnAdministrator({ people }: Records): Promise<void> {
  const left = await people.list();
  if (left.some(({ disabled, grants }) => !disabled && administersSite(grants))) return;
  throw new RefusedError(
    'last-administrator',
    'This is the last administrator of all zones; make another one first.',
  );
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
