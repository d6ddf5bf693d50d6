/** The provider of OpenID Connect: asked with deadlines, and watched, so that it is known when it is down. */
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Trouble } from '../health.ts';

/** For each answer, s. */
const deadline = 4;
/** How often it is asked whether it is there, ms. */
const askedEvery = 5000;

export class Provider {
  readonly #settings: Settings['oidc'];
  readonly #log: Logger;
  readonly #clock: NodeJS.Timeout;
  #found: Promise<oidc.Configuration> | undefined;
  #down = false;

  constructor(settings: Settings['oidc'], log: Logger) {
    this.#settings = settings;
    this.#log = log;
    void this.#look();
    this.#clock = setInterval(() => void this.#look(), askedEvery);
    this.#clock.unref();
  }

  /** What keeps people from signing on. */
  get trouble(): Trouble | undefined {
    if (!this.#down) return undefined;
    const reason =
      'The provider of single sign-on does not answer: people sign in with a password.';
    return { reason, stopsJoins: false };
  }

  /**
   * What it says of itself; asked on the first use, and again after it failed: it may come up later than
   * this server.
   * @throws RefusedError `unavailable`, at once while it is known to be down
   */
  async discover(): Promise<oidc.Configuration> {
    if (this.#down) throw this.#unavailable();
    const { issuer, client_id: id, client_secret: secret } = this.#settings;
    const server = new URL(issuer);
    // Plain HTTP is for a provider on this very machine, as in tests.
    const plain =
      server.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(server.hostname);
    this.#found ??= oidc.discovery(server, id, secret === '' ? undefined : secret, undefined, {
      timeout: deadline,
      execute: plain ? [oidc.allowInsecureRequests] : [],
    });
    try {
      return await this.#found;
    } catch (error) {
      this.#found = undefined;
      this.#log.error({ err: error, issuer }, 'the provider of single sign-on cannot be reached');
      throw this.#unavailable();
    }
  }

  stop(): void {
    clearInterval(this.#clock);
  }

  async #look(): Promise<void> {
    const { issuer } = this.#settings;
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const signal = AbortSignal.timeout(deadline * 1000);
    const error = await fetch(address, { signal }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok ? undefined : new Error(`it answers with ${response.status}`);
      },
      (reason: unknown) => reason,
    );
    const down = error !== undefined;
    if (down && !this.#down) this.#log.warn({ err: error, issuer }, 'the provider does not answer');
    if (!down && this.#down) this.#log.info({ issuer }, 'the provider answers again');
    this.#down = down;
  }

  #unavailable(): RefusedError {
    return new RefusedError(
      'unavailable',
      `The ${this.#settings.name} cannot be reached now. Try again, or sign in with a password.`,
    );
  }
}
