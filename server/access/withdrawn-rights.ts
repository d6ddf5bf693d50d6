/**
 * Asks the provider of a single sign-on at intervals whether its answer still holds, by the refresh token of
 * each sign-in (OpenID Connect Core §12): a right that is withdrawn there ends here within a set time.
 */
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import type { Settings } from '../config.ts';
import type { SignOnRecord } from '../store/sign-on-repository.ts';
import type { Store } from '../store/store.ts';
import type { Changes } from './changes.ts';
import type { SingleSignOn } from './single-sign-on.ts';
import { timeOfDay } from '../time.ts';

/** Sign-ons checked in one round; the rest has its turn in the next. */
const atOnce = 200;
/** What the provider says when someone was disabled, or signed out there (RFC 6749 §5.2). */
const ended = 'invalid_grant';

export interface WithdrawnRightsParts {
  readonly store: Store;
  readonly changes: Changes;
  readonly log: Logger;
  readonly singleSignOn: SingleSignOn;
}

export class WithdrawnRights {
  readonly #parts: WithdrawnRightsParts;
  readonly #settings: Settings['oidc'];
  readonly #clock: NodeJS.Timeout;
  #work: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: WithdrawnRightsParts, settings: Settings['oidc']) {
    this.#parts = parts;
    this.#settings = settings;
    // Four times within the set time, so that nobody is looked at later than that.
    this.#clock = setInterval(() => {
      this.#work = this.#work.then(() => this.#lookAtAll());
    }, settings.check_interval / 4);
    this.#clock.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#clock);
    this.#stopped = true;
    await this.#work;
  }

  async #lookAtAll(): Promise<void> {
    const { store, log } = this.#parts;
    try {
      const before = timeOfDay() - 0.75 * this.#settings.check_interval;
      for (const record of await store.signOns.due(before, atOnce)) {
        if (this.#stopped) return;
        // Without a token nobody can be asked: that ends by its own limit.
        if (record.refreshToken === null) {
          if (timeOfDay() - record.checkedAt >= this.#settings.unchecked_limit) {
            await this.#end(record, 'the provider could not be asked again');
          }
        } else if (await store.signOns.take(record, timeOfDay())) await this.#look(record);
      }
    } catch (error) {
      log.error({ err: error }, 'the provider could not be asked for withdrawn rights');
    }
  }

  async #look(record: SignOnRecord): Promise<void> {
    const { singleSignOn, log } = this.#parts;
    try {
      await singleSignOn.askAgain(record);
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError && error.error === ended) {
        return this.#end(record, 'withdrawn at the provider');
      }
      // One that is down takes nobody's right; it is asked again next time.
      log.warn({ err: error }, 'a single sign-on could not be checked');
    }
  }

  async #end({ signInId, personId }: SignOnRecord, reason: string): Promise<void> {
    const by = { actor: { kind: 'service', id: '', name: '' } as const, address: '' };
    await this.#parts.changes.make(by, async ({ signIns, people }, tell) => {
      const person = await people.find(personId);
      if (!(await signIns.remove(signInId))) return;
      const detail = { of: person?.name ?? '', reason };
      tell({ kind: 'sign-in', action: 'sign-in-ended', detail });
    });
  }
}
