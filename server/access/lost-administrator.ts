/**
 * The way back in for whoever has the machine and no administrator any more: a link for one of them, whose second factor is
 * taken away; or a new one where none is left. It works on the store alone, so it needs no server.
 */
import type { PersonRecord } from '../store/person-repository.ts';
import type { Records } from '../store/store.ts';
import { administersSite } from '../contract/policy.ts';
import { Name } from '../contract/name.ts';
import { makeInvitation } from './invitations.ts';
import { newPerson, takeSecondFactor } from './person.ts';

/** So long is its link good, ms: it is opened by whoever typed the command. */
const lifetime = 3_600_000;
const usualName = 'administrator';
const grants = [{ role: 'administrator', zones: '*' }] as const;

export interface Recovered {
  readonly person: PersonRecord;
  readonly token: string;
  readonly expiresAt: number;
  /** Whether the person was made, or made an administrator, for this. */
  readonly made: boolean;
}

/** What keeps from it, in words. */
export class NotRecoveredError extends Error {}

/**
 * @param name of the administrator; needed where there are several
 * @throws NotRecoveredError
 */
export async function recover(records: Records, name: string | undefined): Promise<Recovered> {
  const people = await records.people.list();
  if (people.length === 0) {
    throw new NotRecoveredError(
      'There is nobody yet: start the server, and open the set-up link that it prints.',
    );
  }
  // Whoever signs in elsewhere has no password here.
  const left = people.filter((person) => person.issuer === null && administersSite(person.grants));
  const { person, made } = await chosen(records, left, name);
  await records.people.update(person.id, { disabled: false });
  await takeSecondFactor(records, person.id);
  const { token, expiresAt } = await makeInvitation(records, person.id, lifetime);
  return { person, token, expiresAt, made };
}

async function chosen(
  { people }: Records,
  left: readonly PersonRecord[],
  name: string | undefined,
): Promise<Pick<Recovered, 'person' | 'made'>> {
  const names = left.map((each) => each.name).join(', ');
  const [only, another] = left;
  if (name === undefined && only && another) {
    throw new NotRecoveredError(`There are several administrators: name one of ${names}.`);
  }
  if (name === undefined && only) return { person: only, made: false };
  const found = await people.findByName(name ?? usualName);
  const known = left.find(({ id }) => id === found?.id);
  if (known) return { person: known, made: false };
  if (only) throw new NotRecoveredError(`${name} is no administrator. There is ${names}.`);
  if (found?.issuer != null) {
    throw new NotRecoveredError(`${found.name} signs in elsewhere: give another name.`);
  }
  if (found) {
    await people.update(found.id, { grants: [...found.grants, ...grants] });
    return { person: found, made: true };
  }
  const fit = Name.safeParse(name ?? usualName);
  if (!fit.success) throw new NotRecoveredError(`${name} cannot be a name.`);
  const person = { ...newPerson(fit.data), grants };
  await people.add(person);
  return { person, made: true };
}
