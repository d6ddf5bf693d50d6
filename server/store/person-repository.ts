/** People who sign in, and what they are granted. */
import type { Kysely, Selectable } from 'kysely';
import { PersonRole, type PersonGrant } from '../contract/access.ts';
import { atomically } from './atomically.ts';
import { searchable } from './names.ts';
import { orTaken } from './taken.ts';
import type { Tables } from './tables.ts';

export interface PersonRecord {
  readonly id: string;
  readonly name: string;
  /** Absent for people of a single sign-on. */
  readonly passwordHash: string | null;
  readonly totpSecret: string | null;
  /** Who vouches for the person, and under which name; both or neither. */
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly disabled: boolean;
  /** The password is one that an administrator knows: signing in asks for another one first. */
  readonly mustChange: boolean;
  readonly createdAt: number;
  readonly lastSignIn: number | null;
  readonly grants: readonly PersonGrant[];
}
export type PersonChanges = Partial<Omit<PersonRecord, 'id' | 'createdAt'>>;

const taken = 'Somebody of this name exists already: choose another name.';

export class PersonRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** @throws RefusedError `name-taken`; names are compared without regard to case */
  async add(person: PersonRecord): Promise<void> {
    await atomically(this.#db, async (db) => {
      await orTaken(
        db
          .insertInto('people')
          .values({
            ...columnsOf(person),
            id: person.id,
            name: person.name,
            name_key: searchable(person.name),
            disabled: Number(person.disabled),
            must_change: Number(person.mustChange),
            created_at: person.createdAt,
          })
          .execute(),
        taken,
      );
      await replaceGrants(db, person.id, person.grants);
    });
  }

  async find(id: string): Promise<PersonRecord | undefined> {
    const row = await this.#rows().where('id', '=', id).executeTakeFirst();
    return row && this.#withGrants(row);
  }

  /** With the same work for a name that nobody has, so that its time tells nothing. */
  async findByName(name: string): Promise<PersonRecord | undefined> {
    const row = await this.#rows().where('name_key', '=', searchable(name)).executeTakeFirst();
    const grants = await this.#grantsOf(row?.id ?? '');
    return row && personOf(row, grants);
  }

  /** The person whom an issuer of OpenID Connect knows as `subject`. */
  async findBySubject(issuer: string, subject: string): Promise<PersonRecord | undefined> {
    const row = await this.#rows()
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row && this.#withGrants(row);
  }

  /** Everyone, by name. */
  async list(): Promise<PersonRecord[]> {
    const rows = await this.#rows().orderBy('name_key').execute();
    const grants = await this.#grants().execute();
    return rows.map((row) => personOf(row, grants));
  }

  /** How many there are. */
  async count(): Promise<number> {
    const { count } = await this.#db
      .selectFrom('people')
      .select(({ fn }) => fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /**
   * Changes what is given; grants are replaced as a whole.
   * @returns whether there is such a person
   * @throws RefusedError `name-taken`
   */
  async update(id: string, changes: PersonChanges): Promise<boolean> {
    return atomically(this.#db, async (db) => {
      const columns = columnsOf(changes);
      if (Object.values(columns).every((value) => value === undefined)) {
        if (!(await new PersonRepository(db).find(id))) return false;
      } else {
        const change = db.updateTable('people').set(columns).where('id', '=', id);
        const { numUpdatedRows } = await orTaken(change.executeTakeFirst(), taken);
        if (numUpdatedRows === 0n) return false;
      }
      if (changes.grants) await replaceGrants(db, id, changes.grants);
      return true;
    });
  }

  /**
   * Uses up the code of this step, and those before it: of two who show it at once, on one server or two,
   * one hears yes.
   * @param secret that the code was made with, which may have been replaced since
   * @param step number of 30 s since the epoch
   */
  async takeCode(id: string, secret: string, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('people')
      .set({ totp_step: step })
      .where('id', '=', id)
      .where('totp_secret', '=', secret)
      .where((is) => is.or([is('totp_step', 'is', null), is('totp_step', '<', step)]))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Sets or takes away the second factor. @param step of the code that has confirmed it, which is used up */
  async setTwoFactor(id: string, secret: string | null, step: number | null): Promise<void> {
    await this.#db
      .updateTable('people')
      .set({ totp_secret: secret, totp_step: step })
      .where('id', '=', id)
      .execute();
  }

  /** With grants and sign-ins. @returns whether there was such a person */
  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('people')
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  #rows() {
    return this.#db.selectFrom('people').selectAll();
  }

  #grants() {
    return this.#db.selectFrom('person_grants').selectAll().orderBy('role').orderBy('zones');
  }

  #grantsOf(id: string) {
    return this.#grants().where('person_id', '=', id).execute();
  }

  async #withGrants(row: Selectable<Tables['people']>): Promise<PersonRecord> {
    return personOf(row, await this.#grantsOf(row.id));
  }
}

function columnsOf({ name, disabled, mustChange, ...changes }: PersonChanges) {
  return {
    name,
    name_key: name === undefined ? undefined : searchable(name),
    password_hash: changes.passwordHash,
    totp_secret: changes.totpSecret,
    issuer: changes.issuer,
    subject: changes.subject,
    disabled: disabled === undefined ? undefined : Number(disabled),
    must_change: mustChange === undefined ? undefined : Number(mustChange),
    last_sign_in: changes.lastSignIn,
  };
}

async function replaceGrants(
  db: Kysely<Tables>,
  id: string,
  grants: readonly PersonGrant[],
): Promise<void> {
  await db.deleteFrom('person_grants').where('person_id', '=', id).execute();
  if (grants.length === 0) return;
  await db
    .insertInto('person_grants')
    .values(grants.map(({ role, zones }) => ({ person_id: id, role, zones })))
    .onConflict((conflict) => conflict.doNothing()) // The same grant twice is one grant.
    .execute();
}

function personOf(
  row: Selectable<Tables['people']>,
  grants: Selectable<Tables['person_grants']>[],
): PersonRecord {
  return {
    id: row.id,
    name: row.name,
    passwordHash: row.password_hash,
    totpSecret: row.totp_secret,
    issuer: row.issuer,
    subject: row.subject,
    disabled: row.disabled === 1,
    mustChange: row.must_change === 1,
    createdAt: row.created_at,
    lastSignIn: row.last_sign_in,
    grants: grants.filter(({ person_id: person }) => person === row.id).flatMap(grantOf),
  };
}

/** None of a role that a later version knows: whoever has it may do nothing by it here. */
function grantOf({ role, zones }: { role: string; zones: string }): PersonRecord['grants'] {
  const known = PersonRole.safeParse(role);
  return known.success ? [{ role: known.data, zones }] : [];
}
