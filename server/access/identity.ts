/** Tells who a client is by its cookie or its key. */
import type { Store } from '../store/store.ts';
import { inBackground } from './background.ts';
import type { Caller, Credentials, Gate } from './caller.ts';
import type { Cookies } from './cookie.ts';
import type { FirstStart } from './first-start.ts';
import { anyone } from '../contract/policy.ts';
import { ofKey, type SignIns } from './sign-ins.ts';
import { digest } from './tokens.ts';
import { timeOfDay } from '../time.ts';

const notedEvery = 60_000; // ms

export class Identity implements Gate {
  readonly #store: Store;
  readonly #cookies: Cookies;
  readonly #signIns: SignIns;
  readonly #firstStart: FirstStart;

  constructor(store: Store, cookies: Cookies, signIns: SignIns, firstStart: FirstStart) {
    this.#store = store;
    this.#cookies = cookies;
    this.#signIns = signIns;
    this.#firstStart = firstStart;
  }

  get open(): boolean {
    return !this.#firstStart.due;
  }

  lookAgain(): Promise<void> {
    return this.#firstStart.lookAgain();
  }

  async identify(credentials: Credentials): Promise<Caller | undefined> {
    const { key } = credentials;
    if (key !== undefined) {
      const record = await this.#store.keys.findBySecretHash(digest(key));
      return record && this.#byKey(record.id);
    }
    for (const token of this.#cookies.signIns(credentials)) {
      const caller = await this.#signIns.byToken(this.#store, token);
      if (caller) return caller;
    }
    return undefined;
  }

  async renew({ via }: Caller): Promise<Caller | undefined> {
    if (via.kind === 'open') return undefined;
    return via.kind === 'key' ? this.#byKey(via.id) : this.#signIns.byId(this.#store, via.id);
  }

  async #byKey(id: string): Promise<Caller | undefined> {
    const key = await this.#store.keys.find(id);
    if (!key) return undefined;
    const now = timeOfDay();
    if (now - (key.lastUsed ?? 0) > notedEvery) inBackground(this.#store.keys.touch(id, now));
    return { ...ofKey(key), via: { kind: 'key', id } };
  }
}

/** The open mode: everyone is anyone. */
export const openGate: Gate = {
  open: true,
  lookAgain: async () => {},
  identify: async () => ({ principal: anyone, via: { kind: 'open' } }),
  renew: async (caller) => caller,
};
