/** Single sign-on by OpenID Connect: authorization code flow with PKCE (OpenID Connect Core §3.1, RFC 7636). */
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { PersonGrant } from '../contract/access.ts';
import type { Settings } from '../config.ts';
import { RefusedError } from '../contract/errors.ts';
import type { PersonRecord } from '../store/people.ts';
import type { Records, Store } from '../store/store.ts';
import type { Changes } from './changes.ts';
import { newPerson } from './people.ts';
import { digest, newToken } from './tokens.ts';

export const callbackPath = '/api/oidc/callback';

interface Pending {
  readonly browser: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly next: string;
  readonly until: number;
}

/** How long someone may take at the provider, and how many may be there at once. */
export const patience = 600_000; // ms
const mostPending = 10_000;

const Text = z.string().trim().min(1).max(64);
const Values = z.union([z.string().transform((value) => [value]), z.array(z.string())]).catch([]);

export class SingleSignOn {
  readonly #settings: Settings['oidc'];
  readonly #store: Store;
  readonly #changes: Changes;
  readonly #log: Logger;
  readonly #pending = new Map<string, Pending>();
  #provider: Promise<oidc.Configuration> | undefined;

  constructor(settings: Settings['oidc'], store: Store, changes: Changes, log: Logger) {
    this.#settings = settings;
    this.#store = store;
    this.#changes = changes;
    this.#log = log;
  }

  /** What the button on the sign-in page says. */
  get name(): string {
    return this.#settings.name;
  }

  /**
   * Where to send the browser.
   * @param next the path to come back to
   * @returns the provider's address, what the answer will be known by, and what the browser is to prove
   *   itself with on its way back
   * @throws RefusedError `unavailable` when the provider cannot be reached
   */
  async start(next: string): Promise<{ address: URL; state: string; browser: string }> {
    const provider = await this.#discover();
    const [state, nonce, verifier] = [
      newToken(),
      oidc.randomNonce(),
      oidc.randomPKCECodeVerifier(),
    ];
    const browser = newToken();
    this.#forgetOld();
    const until = Date.now() + patience;
    this.#pending.set(state, { browser: digest(browser), nonce, verifier, next, until });
    const address = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: this.#settings.public_url + callbackPath,
      scope: this.#settings.scope,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { address, state, browser };
  }

  /**
   * Takes the provider's answer.
   * @param query what the browser brought back, with its `?`
   * @param browser what `start` gave the browser
   * @throws RefusedError `sign-in-failed`
   */
  async finish(
    query: string,
    browser: string | undefined,
    address: string,
  ): Promise<{ person: PersonRecord; next: string }> {
    const state = new URLSearchParams(query).get('state') ?? '';
    const pending = this.#pending.get(state);
    this.#pending.delete(state);
    if (!pending || pending.until < Date.now() || digest(browser ?? '') !== pending.browser) {
      throw new RefusedError('sign-in-failed', 'This sign-in was begun too long ago or elsewhere.');
    }
    const claims = await this.#claims(query, state, pending);
    const subject = z.string().min(1).parse(claims.sub);
    const name = Text.catch(subject.slice(0, 64)).parse(claims[this.#settings.name_claim]);
    const grants = this.#grantsFor(Values.parse(claims[this.#settings.grants_claim]));
    const person = await this.#keep({ subject, name, grants }, address);
    if (person.disabled) throw new RefusedError('sign-in-failed', 'This account is switched off.');
    return { person, next: pending.next };
  }

  async #claims(query: string, state: string, pending: Pending): Promise<Record<string, unknown>> {
    try {
      const provider = await this.#discover();
      const answer = new URL(callbackPath + query, this.#settings.public_url);
      const tokens = await oidc.authorizationCodeGrant(provider, answer, {
        expectedState: state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider sent no ID token');
      if (this.#settings.grants_claim in claims) return claims;
      // Many providers tell more than the subject at this address only (Core §5.3, §5.4).
      if (!provider.serverMetadata().userinfo_endpoint) return claims;
      const more = await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub);
      return { ...more, ...claims };
    } catch (error) {
      this.#log.warn({ err: error }, 'a single sign-on failed');
      throw new RefusedError(
        'sign-in-failed',
        `The ${this.#settings.name} did not confirm who you are. Try again.`,
      );
    }
  }

  #grantsFor(values: string[]): PersonGrant[] {
    return this.#settings.grants
      .filter(({ value }) => values.includes(value))
      .map(({ role, zones }) => ({ role, zones }));
  }

  /** Keeps who came, with the rights that the provider tells now. */
  async #keep(
    { subject, name, grants }: { subject: string; name: string; grants: PersonGrant[] },
    address: string,
  ): Promise<PersonRecord> {
    const { issuer } = this.#settings;
    const known = await this.#store.people.findBySubject(issuer, subject);
    const person = { ...(known ?? newPerson(await this.#freeName(name))), issuer, subject, grants };
    const same = known && JSON.stringify(known.grants) === JSON.stringify(sorted(grants));
    if (same) return known;
    const { id, name: own } = person;
    const by = { actor: { kind: 'person', id, name: own } as const, address };
    await this.#changes.make(by, async ({ people }: Records, tell) => {
      if (known) await people.update(id, { grants });
      else await people.add(person);
      const action = known ? 'person-changed' : 'person-added';
      tell({ action, detail: { person: own, grants, from: issuer } });
    });
    return person;
  }

  /** A name here may belong to someone who signs in with a password: that must stay someone else. */
  async #freeName(name: string): Promise<string> {
    for (let index = 1; ; index += 1) {
      const tried = index === 1 ? name : `${name.slice(0, 58)} (${index})`;
      if (!(await this.#store.people.findByName(tried))) return tried;
    }
  }

  /** Asked on the first use, and again after it failed: the provider may come up later than this server. */
  #discover(): Promise<oidc.Configuration> {
    const { issuer, client_id: id, client_secret: secret } = this.#settings;
    const server = new URL(issuer);
    // Plain HTTP is for a provider on this very machine, as in tests.
    const plain =
      server.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(server.hostname);
    this.#provider ??= oidc
      .discovery(server, id, secret === '' ? undefined : secret, undefined, {
        timeout: 10,
        execute: plain ? [oidc.allowInsecureRequests] : [],
      })
      .catch((error: unknown) => {
        this.#provider = undefined;
        this.#log.error({ err: error, issuer }, 'the provider of single sign-on cannot be reached');
        throw new RefusedError(
          'unavailable',
          `The ${this.#settings.name} cannot be reached now. Try again, or sign in with a password.`,
        );
      });
    return this.#provider;
  }

  #forgetOld(): void {
    const now = Date.now();
    for (const [state, { until }] of this.#pending) {
      if (until < now || this.#pending.size >= mostPending) this.#pending.delete(state);
      else break; // They are in the order of their time.
    }
  }
}

/** As the store gives them back. */
function sorted(grants: PersonGrant[]): PersonGrant[] {
  return grants.toSorted((a, b) => a.role.localeCompare(b.role) || a.zones.localeCompare(b.zones));
}
