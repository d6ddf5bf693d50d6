/**
 * Links by which people choose a password that nobody else knows: whoever is new, and whoever forgot the one they had. A
 * link is good once and for a time, and only its digest is kept. A password that is there stays good until a link is used.
 */
import type { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { AcceptInvitation, Invitation } from '../contract/api.ts';
import type { Actor } from '../contract/audit.ts';
import { RefusedError } from '../contract/errors.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { Records, Store } from '../store/store.ts';
import { timeOfDay } from '../time.ts';
import type { Attempts } from './attempts.ts';
import type { By, Client } from './caller.ts';
import type { Changes } from './changes.ts';
import type { CredentialCheck } from './credential-check.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { requirePerson } from './person.ts';
import { digest, newToken } from './tokens.ts';

export interface InvitationParts {
  readonly store: Store;
  readonly changes: Changes;
  readonly audit: Audit;
  readonly attempts: Attempts;
  readonly credentials: CredentialCheck;
  /** ms */
  readonly lifetime: number;
}

const unknownActor: Actor = { kind: 'anyone', id: '', name: '' };

export class Invitations {
  readonly #parts: InvitationParts;

  constructor(parts: InvitationParts) {
    this.#parts = parts;
  }

  /** In place of a link that was not used. @throws RefusedError `not-found`, or `invalid-request` for whom none is good */
  async invite(by: By, id: string): Promise<Invitation> {
    return this.#parts.changes.make(by, async (records, tell) => {
      const person = await requirePerson(records, id);
      if (by.actor.kind === 'person' && by.actor.id === id) {
        throw new RefusedError(
          'invalid-request',
          'Your own password is changed on the page of your account, which asks for the present one.',
        );
      }
      demandPassword(person);
      const invitation = await makeInvitation(records, id, this.#parts.lifetime);
      tell({ action: 'invitation-made', detail: { person: person.name } });
      return invitation;
    });
  }

  /** With the change that makes the person. */
  make(records: Pick<Records, 'invitations'>, id: string): Promise<Invitation> {
    return makeInvitation(records, id, this.#parts.lifetime);
  }

  /** @throws RefusedError `not-found` */
  async revoke(by: By, id: string): Promise<void> {
    await this.#parts.changes.make(by, async (records, tell) => {
      const { name } = await requirePerson(records, id);
      if (!(await records.invitations.removeOf(id))) {
        throw new RefusedError('not-found', 'Their link was used or revoked already.');
      }
      tell({ action: 'invitation-revoked', detail: { person: name } });
    });
  }

  /** @throws RefusedError `sign-in-failed` when the link is not good, `throttled` */
  async look(token: string, client: Client): Promise<{ name: string }> {
    const { name } = await this.#parts.attempts.link(client, () => this.#find(token, client));
    return { name };
  }

  /**
   * Sets the password. A second factor stays, and is asked for: a link that was stolen opens nothing without it.
   * @throws RefusedError `sign-in-failed`, `weak-password`, `code-needed` or `throttled`
   */
  async accept(
    { token, password, code }: z.infer<typeof AcceptInvitation>,
    client: Client,
  ): Promise<PersonRecord> {
    const { changes, attempts, credentials } = this.#parts;
    return attempts.link(client, async () => {
      const person = await this.#find(token, client);
      checkPassword(password, person.name);
      await credentials.checkCode(person, code, client);
      const passwordHash = await hashPassword(password);
      const actor = { kind: 'person', id: person.id, name: person.name } as const;
      return changes.make({ actor, address: client.address }, async (records, tell) => {
        const id = await records.invitations.take(digest(token), timeOfDay());
        if (id !== person.id) throw notGood();
        await records.people.update(id, { passwordHash, mustChange: false });
        await records.signIns.removeOf({ personId: id });
        await records.knownBrowsers.forget(id);
        tell({ action: 'invitation-accepted', detail: { person: person.name } });
        return requirePerson(records, id);
      });
    });
  }

  async #find(token: string, { address }: Client): Promise<PersonRecord> {
    const { store, audit } = this.#parts;
    const id = await store.invitations.find(digest(token), timeOfDay());
    const person = id === undefined ? undefined : await store.people.find(id);
    if (person && !person.disabled && person.issuer === null) return person;
    const detail = { reason: 'unknown invitation link' };
    await audit.record({ kind: 'sign-in', action: 'failed', actor: unknownActor, address, detail });
    throw notGood();
  }
}

/** @param lifetime ms */
export async function makeInvitation(
  { invitations }: Pick<Records, 'invitations'>,
  personId: string,
  lifetime: number,
): Promise<Invitation> {
  const token = newToken();
  const now = timeOfDay();
  const expiresAt = now + lifetime;
  await invitations.removeExpired(now);
  await invitations.removeOf(personId);
  await invitations.add({ tokenHash: digest(token), personId, expiresAt });
  return { token, expiresAt };
}

function demandPassword({ issuer, disabled, name }: PersonRecord): void {
  if (issuer !== null) {
    throw new RefusedError('invalid-request', `${name} signs in elsewhere, and has no password.`);
  }
  if (disabled)
    throw new RefusedError('invalid-request', `${name} is disabled: enable them first.`);
}

function notGood(): RefusedError {
  return new RefusedError(
    'sign-in-failed',
    'This link is not good any more. Ask an administrator for a new one.',
  );
}
