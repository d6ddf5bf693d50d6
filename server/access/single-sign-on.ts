/** Single sign-on by OpenID Connect: authorization code flow with PKCE (OpenID Connect Core §3.1, RFC 7636). */
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { PersonGrant } from '../contract/access.ts';
import type { Settings } from '../config.ts';
import { RefusedError } from '../contract/errors.ts';
import { fittingName } from '../contract/name.ts';
import { addressOf } from '../contract/route.ts';
import { routes } from '../contract/routes.ts';
import type { Trouble } from '../health.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { SignOnRecord } from '../store/sign-on-repository.ts';
import type { Records, Store } from '../store/store.ts';
import type { Changes } from './changes.ts';
import { keepAnAdministrator, newPerson } from './person.ts';
import { administersSite } from '../contract/policy.ts';
import { Budget } from '../limits/budget.ts';
import { tooMany } from '../limits/excess.ts';
import { addressKey } from './address-key.ts';
import { pendingLifetime, PendingSignOns, type Pending } from './pending-sign-ons.ts';
import { Provider } from './provider.ts';
import { Seal } from './sealed.ts';
import { digest, newToken } from './tokens.ts';
import { timeOfDay } from '../time.ts';

const callbackPath = addressOf(routes.entrance.finishSignOn);

/** Answers of the provider that one address may bring in the time of one sign-on: each is a row of the store. */
const mostAnswers = 1000;

type Claims = Record<string, unknown>;
/** Stores the provider's refresh token with the sign-in that depends on it. */
export type KeepSignOn = (records: Records, signInId: string) => Promise<void>;

const Text = z.string().max(1000).catch('');
const Values = z.union([z.string().transform((value) => [value]), z.array(z.string())]).catch([]);

export interface SingleSignOnParts {
  readonly store: Store;
  readonly changes: Changes;
  readonly pending: PendingSignOns;
  readonly log: Logger;
}

export class SingleSignOn {
  readonly #settings: Settings['oidc'];
  readonly #store: Store;
  readonly #changes: Changes;
  readonly #log: Logger;
  readonly #pending: PendingSignOns;
  readonly #answers = new Budget(mostAnswers, pendingLifetime);
  readonly #provider: Provider;
  readonly #seal: Seal;

  constructor(settings: Settings['oidc'], { store, changes, pending, log }: SingleSignOnParts) {
    this.#settings = settings;
    this.#store = store;
    this.#changes = changes;
    this.#pending = pending;
    this.#log = log;
    this.#provider = new Provider(settings, log);
    this.#seal = new Seal(settings.client_secret, 'refresh tokens of single sign-on');
  }

  /** What keeps people from signing on now. */
  get trouble(): Trouble | undefined {
    return this.#provider.trouble;
  }

  stop(): void {
    this.#provider.stop();
  }

  /** What the button on the sign-in page says. */
  get name(): string {
    return this.#settings.name;
  }

  /**
   * Where to send the browser.
   * @param next the path to come back to
   * @returns the provider's address, what the answer will be known by, and what the browser is to bring back with it
   * @throws RefusedError `unavailable` when the provider cannot be reached
   */
  async start(next: string): Promise<{ address: URL; state: string; pending: string }> {
    const provider = await this.#provider.discover();
    const [state, nonce, verifier] = [
      newToken(),
      oidc.randomNonce(),
      oidc.randomPKCECodeVerifier(),
    ];
    const address = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: this.#settings.public_url + callbackPath,
      scope: this.#settings.scope,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // Core §11: without it, a provider leaves out what lets us ask again.
      ...(/\boffline_access\b/.test(this.#settings.scope) ? { prompt: 'consent' } : {}),
    });
    return { address, state, pending: this.#pending.close({ state, nonce, verifier, next }) };
  }

  /**
   * Takes the provider's answer, also to what was begun at another server on the store.
   * @param query what the browser brought back, with its `?`
   * @param kept what `start` gave the browser
   * @throws RefusedError `sign-in-failed`, `throttled`
   */
  async finish(
    query: string,
    kept: string | undefined,
    address: string,
  ): Promise<{ person: PersonRecord; next: string; keep: KeepSignOn }> {
    const state = new URLSearchParams(query).get('state') ?? '';
    const pending = this.#pending.open(kept ?? '', state);
    if (pending) this.#countAnswer(address);
    if (!pending || !(await this.#pending.take(pending))) {
      throw new RefusedError('sign-in-failed', 'This sign-in was begun too long ago or elsewhere.');
    }
    const { claims, refreshToken } = await this.#confirmed(query, state, pending);
    const who = this.#read(claims);
    const person = await this.#keep(who, address);
    if (person.disabled) throw new RefusedError('sign-in-failed', 'This account is switched off.');
    const sealed = refreshToken === undefined ? null : this.#seal.close(refreshToken);
    const keep: KeepSignOn = ({ signOns }, signInId) =>
      signOns.add({
        signInId,
        personId: person.id,
        subject: who.subject,
        refreshToken: sealed,
        checkedAt: timeOfDay(),
      });
    return { person, next: pending.next, keep };
  }

  /**
   * Asks the provider whether what it said still holds, and keeps the rights that it tells now.
   * @throws oidc.ResponseBodyError `invalid_grant` when it does not; other errors when it cannot be asked
   */
  async askAgain({ signInId, subject, refreshToken }: SignOnRecord): Promise<void> {
    const token = this.#seal.open(refreshToken ?? '');
    if (token === undefined) throw new Error('the token was sealed by another client_secret');
    const provider = await this.#provider.discover();
    const tokens = await oidc.refreshTokenGrant(provider, token);
    if (tokens.refresh_token !== undefined) {
      await this.#store.signOns.renew(signInId, this.#seal.close(tokens.refresh_token));
    }
    const claims = await this.#allClaims(provider, tokens, subject);
    if (claims) await this.#keep(this.#read({ ...claims, sub: subject }), '');
  }

  async #confirmed(
    query: string,
    state: string,
    pending: Pending,
  ): Promise<{ claims: Claims; refreshToken: string | undefined }> {
    try {
      const provider = await this.#provider.discover();
      const answer = new URL(callbackPath + query, this.#settings.public_url);
      const tokens = await oidc.authorizationCodeGrant(provider, answer, {
        expectedState: state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.verifier,
        idTokenExpected: true,
      });
      const subject = z.string().min(1).parse(tokens.claims()?.sub);
      const claims = (await this.#allClaims(provider, tokens, subject)) ?? tokens.claims() ?? {};
      return { claims, refreshToken: tokens.refresh_token };
    } catch (error) {
      this.#log.warn({ err: error }, 'a single sign-on failed');
      if (error instanceof RefusedError) throw error;
      throw new RefusedError(
        'sign-in-failed',
        `The ${this.#settings.name} did not confirm who you are. Try again.`,
      );
    }
  }

  /** @returns undefined when nothing is said of rights, as by a provider that tells them at sign-in alone */
  async #allClaims(
    provider: oidc.Configuration,
    tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
    subject: string,
  ): Promise<Claims | undefined> {
    const claims = tokens.claims();
    if (claims && this.#settings.grants_claim in claims) return claims;
    // Many providers tell more than the subject at this address only (Core §5.3, §5.4).
    if (!provider.serverMetadata().userinfo_endpoint) return undefined;
    const more = await oidc.fetchUserInfo(provider, tokens.access_token, subject);
    return { ...more, ...claims };
  }

  #read(claims: Claims): { subject: string; name: string; grants: PersonGrant[] } {
    const subject = z.string().min(1).parse(claims.sub);
    // Nobody could choose another one here, so it is made to fit.
    const told = [Text.parse(claims[this.#settings.name_claim]), subject].map(fittingName);
    const name = told.find((one) => one !== '') ?? `someone ${digest(subject).slice(0, 8)}`;
    return {
      subject,
      name,
      grants: this.#grantsFor(Values.parse(claims[this.#settings.grants_claim])),
    };
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
    await this.#changes.make(by, async (records, tell) => {
      if (known) {
        await records.people.update(id, { grants });
        // As where it is done by hand: nobody would be left who could make another one.
        if (administersSite(known.grants)) await keepAnAdministrator(records);
      } else await records.people.add(person);
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

  /** @throws RefusedError `throttled` */
  #countAnswer(address: string): void {
    const name = addressKey(address);
    if (this.#answers.take(name)) return;
    throw tooMany('sign-ins from this address', this.#answers.wait(name));
  }
}

/** As the store gives them back. */
function sorted(grants: PersonGrant[]): PersonGrant[] {
  return grants.toSorted((a, b) => a.role.localeCompare(b.role) || a.zones.localeCompare(b.zones));
}
