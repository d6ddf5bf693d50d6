/** What holds of a person's record whoever changes it. */
import { RefusedError } from '../contract/errors.ts';
import { administersSite } from '../contract/policy.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { Records } from '../store/store.ts';
import { newId } from './tokens.ts';
import { timeOfDay } from '../time.ts';

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
    mustChange: false,
    createdAt: timeOfDay(),
    lastSignIn: null,
    grants: [],
  };
}

/** @throws RefusedError `not-found` */
export async function requirePerson(
  { people }: Pick<Records, 'people'>,
  id: string,
): Promise<PersonRecord> {
  const person = await people.find(id);
  if (!person) throw new RefusedError('not-found', 'There is no such person any more.');
  return person;
}

/** The password alone lets them in from then on. */
export async function takeSecondFactor(
  { people, recoveryCodes }: Pick<Records, 'people' | 'recoveryCodes'>,
  id: string,
): Promise<void> {
  await people.setTwoFactor(id, null, null);
  await recoveryCodes.removeOf(id);
}

/** @throws RefusedError `last-administrator` */
export async function keepAnAdministrator({ people }: Records): Promise<void> {
  const left = await people.list();
  const comesIn = ({ disabled, passwordHash, issuer }: PersonRecord): boolean =>
    !disabled && (passwordHash !== null || issuer !== null);
  if (left.some((person) => comesIn(person) && administersSite(person.grants))) return;
  throw new RefusedError(
    'last-administrator',
    'This is the last administrator of all zones; make another one first.',
  );
}
