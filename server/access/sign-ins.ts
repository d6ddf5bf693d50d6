/** Sign-ins that last: begun, recognised by their token, and ended by a person or by time. */
import type { Principal } from '../contract/access.ts';
import type { Settings } from '../config.ts';
import type { KeyRecord } from '../store/key-repository.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { SignInRecord } from '../store/sign-in-repository.ts';
import type { Records } from '../store/store.ts';
import { inBackground } from './background.ts';
import type { Caller, Client } from './caller.ts';
import { digest, newId, newToken } from './tokens.ts';
import { timeOfDay } from '../time.ts';

/** Browsers keep no cookie for longer (RFC 6265bis §5.5); each visit starts it again. */
export const longestSignIn = 400 * 86_400_000; // ms
/** Least time between two notes of a sign-in's use, ms. */
const notedEvery = 60_000;

export interface Begun {
  readonly id: string;
  /** For the cookie; only its digest is kept. */
  readonly token: string;
  /** s */
  readonly maxAge: number;
  /** By which the browser is known again at a later sign-in; for a cookie of its own. */
  readonly browser?: string;
}

export class SignIns {
  readonly #limits: Settings['access'];

  constructor(limits: Settings['access']) {
    this.#limits = limits;
  }

  /** Always with a new token, so that none that someone planted beforehand is worth anything. */
  async begin(
    { signIns }: Records,
    owner: { personId: string } | { keyId: string },
    { address, agent }: Client,
  ): Promise<Begun> {
    const [id, token, now] = [newId(), newToken(), timeOfDay()];
    const lasting = 'personId' in owner ? this.#limits.absolute_limit : longestSignIn;
    const record = {
      id,
      tokenHash: digest(token),
      personId: null,
      keyId: null,
      ...owner,
      address,
      agent,
      createdAt: now,
      lastSeen: now,
      expiresAt: now,
    };
    await signIns.add({ ...record, expiresAt: this.#expiry(record, now) });
    return { id, token, maxAge: Math.floor(lasting / 1000) };
  }

  async byToken(records: Records, token: string): Promise<Caller | undefined> {
    const signIn = await records.signIns.findByTokenHash(digest(token));
    return signIn && this.#callerOf(records, signIn);
  }

  async byId(records: Records, id: string): Promise<Caller | undefined> {
    const signIn = await records.signIns.find(id);
    return signIn && this.#callerOf(records, signIn);
  }

  async #callerOf(records: Records, signIn: SignInRecord): Promise<Caller | undefined> {
    const now = timeOfDay();
    if (signIn.expiresAt <= now) return undefined;
    const owner = await ownerOf(records, signIn);
    if (!owner) return undefined;
    if (now - signIn.lastSeen > Math.min(notedEvery, this.#limits.idle_limit / 4)) {
      const expiresAt = this.#expiry(signIn, now);
      inBackground(records.signIns.touch(signIn.id, { lastSeen: now, expiresAt }));
      if (signIn.keyId !== null) inBackground(records.keys.touch(signIn.keyId, now));
    }
    return { ...owner, via: { kind: 'sign-in', id: signIn.id } };
  }

  #expiry({ personId, createdAt }: SignInRecord, now: number): number {
    if (personId === null) return now + longestSignIn;
    return Math.min(now + this.#limits.idle_limit, createdAt + this.#limits.absolute_limit);
  }
}

async function ownerOf(
  { people, keys }: Records,
  { personId, keyId }: SignInRecord,
): Promise<Omit<Caller, 'via'> | undefined> {
  if (personId !== null) {
    const person = await people.find(personId);
    return person && !person.disabled ? { principal: personPrincipal(person) } : undefined;
  }
  const key = await keys.find(keyId ?? '');
  return key && ofKey(key);
}

export function personPrincipal({ id, name, grants }: PersonRecord): Principal {
  return { kind: 'person', id, name, grants: [...grants] };
}

/** What a key says of whoever comes with it. */
export function ofKey({ id, name, role, zones, maxBitrate }: KeyRecord): Omit<Caller, 'via'> {
  return { principal: { kind: 'key', id, name, grants: [{ role, zones }] }, maxBitrate };
}
