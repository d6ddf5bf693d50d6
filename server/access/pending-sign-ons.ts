/**
 * What is kept of a single sign-on from its beginning to the provider's answer. It is sealed in a cookie of the browser
 * that began, so any server on the store can go on with it, also one that was restarted meanwhile, and whoever begins
 * costs no memory. Only those that came back are in the store, so that each is good once.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { ownPath } from '../contract/own-path.ts';
import type { Store } from '../store/store.ts';
import { timeOfDay } from '../time.ts';
import { Seal } from './sealed.ts';
import { digest, newToken } from './tokens.ts';

/** How long someone may take at the provider, ms. */
export const pendingLifetime = 600_000;
/** Clocks of servers differ by so much, ms. */
const leeway = 5000;
/** What the cookie may hold: proxies take 4 kB of headers in an answer. */
const longest = 1500;
/** What a cookie of ours can be when it is unpacked. */
const unpacked = 65_536;

/** In the store, by the digest of the state: that it came back, and until when it could have come. */
export const used = 'used-sign-on:';

const Pending = z.object({
  /** By which the provider's answer is known. */
  state: z.string(),
  nonce: z.string(),
  /** Of PKCE. */
  verifier: z.string(),
  /** The path to come back to. */
  next: z.unknown().transform(ownPath),
  /** ms since the epoch */
  until: z.number(),
});
export type Pending = z.infer<typeof Pending>;
/** All but the time. */
export type Begun = Omit<Pending, 'until'>;

export class PendingSignOns {
  readonly #facts: Pick<Store['facts'], 'add'>;
  readonly #seal: Seal;

  /** @param key the same at all servers */
  constructor(key: string, facts: Pick<Store['facts'], 'add'>) {
    this.#facts = facts;
    this.#seal = new Seal(key, 'single sign-ons that were begun');
  }

  /** With the key of a store, which is made at the first start. */
  static async of({ facts }: Store): Promise<PendingSignOns> {
    return new PendingSignOns(await facts.settle('key of single sign-ons', newToken()), facts);
  }

  /** For the cookie. Of a path that is too long for it the query is left out. */
  close(begun: Begun): string {
    const { pathname } = new URL(begun.next, 'https://own.invalid');
    for (const next of [begun.next, pathname]) {
      const sealed = this.#pack({ ...begun, next, until: timeOfDay() + pendingLifetime });
      if (sealed.length <= longest) return sealed;
    }
    return this.#pack({ ...begun, next: '/', until: timeOfDay() + pendingLifetime });
  }

  /** @returns undefined unless it was begun for this state, here, and not too long ago */
  open(sealed: string, state: string): Pending | undefined {
    const bytes = this.#seal.openBytes(sealed);
    if (!bytes) return undefined;
    const text = inflateRawSync(bytes, { maxOutputLength: unpacked }).toString();
    // One of another version may be of another form.
    const { data: pending } = Pending.safeParse(JSON.parse(text));
    if (pending?.state !== state) return undefined;
    const left = pending.until - timeOfDay();
    return left > 0 && left <= pendingLifetime + leeway ? pending : undefined;
  }

  /** Takes one that came back: of all who come with it, at whichever server, one hears yes. */
  take({ state, until }: Pending): Promise<boolean> {
    // The end comes first, so that values are in the order of their time (expired.ts).
    return this.#facts.add(used + digest(state), `${until}`);
  }

  #pack(pending: Pending): string {
    return this.#seal.close(deflateRawSync(JSON.stringify(pending)));
  }
}
