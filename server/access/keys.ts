/** Keys of cameras and walls: made in the console, shown once, revoked at any time. */
import type { z } from 'zod';
import type { AddKey, Enrolment, Key, NewKey } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { KeyRecord } from '../store/key-repository.ts';
import type { Records, Store } from '../store/store.ts';
import type { By } from './caller.ts';
import type { Changes } from './changes.ts';
import { digest, newId, newToken } from './tokens.ts';
import { timeOfDay } from '../time.ts';

export class Keys {
  readonly #store: Store;
  readonly #changes: Changes;
  readonly #enrolmentLifetime: number;

  /** @param enrolmentLifetime ms */
  constructor(store: Store, changes: Changes, enrolmentLifetime: number) {
    this.#store = store;
    this.#changes = changes;
    this.#enrolmentLifetime = enrolmentLifetime;
  }

  async list(): Promise<Key[]> {
    return (await this.#store.keys.list()).map(describe);
  }

  async add(by: By, { name, role, zones, maxBitrate }: z.infer<typeof AddKey>): Promise<NewKey> {
    const secret = newToken();
    const key: KeyRecord = {
      id: newId(),
      name,
      role,
      zones,
      secretHash: digest(secret),
      createdAt: timeOfDay(),
      lastUsed: null,
      maxBitrate,
    };
    const enrolment = await this.#changes.make(by, async (records, tell) => {
      await records.keys.add(key);
      tell({ action: 'key-added', detail: { key: name, role, zones, maxBitrate } });
      return this.#enrolment(records, key.id);
    });
    return { key: describe(key), secret, enrolment };
  }

  /**
   * One more link, for one more browser or one that lost its cookie; it takes the place of those that were
   * not used yet.
   * @throws RefusedError `not-found`
   */
  async enrol(by: By, id: string): Promise<z.infer<typeof Enrolment>> {
    return this.#changes.make(by, async (records, tell) => {
      const { name } = await requireKey(records, id);
      tell({ action: 'enrolment-made', detail: { key: name } });
      return this.#enrolment(records, id);
    });
  }

  /** Ends everything that is signed in with it. @throws RefusedError `not-found` */
  async revoke(by: By, id: string): Promise<void> {
    await this.#changes.make(by, async (records, tell) => {
      const { name } = await requireKey(records, id);
      await records.keys.remove(id);
      tell({ action: 'key-revoked', detail: { key: name } });
    });
  }

  async #enrolment({ keys }: Records, keyId: string): Promise<z.infer<typeof Enrolment>> {
    const token = newToken();
    const now = timeOfDay();
    const expiresAt = now + this.#enrolmentLifetime;
    await keys.removeExpiredEnrolments(now);
    await keys.removeEnrolmentsOf(keyId);
    await keys.addEnrolment({ tokenHash: digest(token), keyId, expiresAt });
    return { token, expiresAt };
  }
}

async function requireKey({ keys }: Records, id: string): Promise<KeyRecord> {
  const key = await keys.find(id);
  if (!key) throw new RefusedError('not-found', 'There is no such key any more.');
  return key;
}

function describe({ id, name, role, zones, createdAt, lastUsed, maxBitrate }: KeyRecord): Key {
  return { id, name, role, zones, createdAt, lastUsed, maxBitrate };
}
