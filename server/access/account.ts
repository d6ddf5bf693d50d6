/** A person's own account: password, second factor, and what is signed in with it. */
import type { Me } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { PersonRecord } from '../store/people.ts';
import type { Store } from '../store/store.ts';
import type { By, Caller } from './caller.ts';
import type { Changes } from './changes.ts';
import { checkPassword, hashPassword, passwordFits } from './passwords.ts';
import { found } from './people.ts';
import type { Throttle } from './throttle.ts';
import { offerTwoFactor, type TwoFactor } from './two-factor.ts';

export class Account {
  readonly #store: Store;
  readonly #changes: Changes;
  readonly #twoFactor: TwoFactor;
  readonly #attempts: Throttle;
  /** Secrets that were shown and not confirmed yet, by person. */
  readonly #offered = new Map<string, string>();

  /** @param attempts counts passwords and codes that were tried, by person */
  constructor(store: Store, changes: Changes, twoFactor: TwoFactor, attempts: Throttle) {
    this.#store = store;
    this.#changes = changes;
    this.#twoFactor = twoFactor;
    this.#attempts = attempts;
  }

  async describe({ principal }: Caller): Promise<Me> {
    const person =
      principal.kind === 'person' ? await this.#store.people.find(principal.id) : undefined;
    return {
      ...principal,
      twoFactor: typeof person?.totpSecret === 'string',
      password: typeof person?.passwordHash === 'string',
    };
  }

  /** Ends every other sign-in of the person. @throws RefusedError `sign-in-failed`, `weak-password` */
  async changePassword(
    by: By,
    { principal, via }: Caller,
    { current, next }: { current: string; next: string },
  ): Promise<void> {
    const person = await this.#confirmed(principal.id, current);
    checkPassword(next, person.name);
    const passwordHash = await hashPassword(next);
    await this.#changes.make(by, async ({ people, signIns }, tell) => {
      await people.update(person.id, { passwordHash });
      await signIns.removeOf({ personId: person.id }, via.kind === 'sign-in' ? via.id : undefined);
      tell({ action: 'password-changed', detail: { person: person.name } });
    });
  }

  async offerTwoFactor({ principal }: Caller): Promise<{ uri: string; secret: string }> {
    const { id, name, passwordHash } = await found(this.#store, principal.id);
    if (passwordHash === null) {
      throw new RefusedError(
        'invalid-request',
        'You sign in elsewhere; a second factor is set there.',
      );
    }
    const offer = offerTwoFactor(name);
    this.#offered.set(id, offer.secret);
    return offer;
  }

  /** @throws RefusedError `sign-in-failed` when the code does not fit what was offered */
  async confirmTwoFactor(by: By, { principal: { id, name } }: Caller, code: string): Promise<void> {
    await this.#attempts.take(id);
    const totpSecret = this.#offered.get(id);
    if (totpSecret === undefined || !this.#twoFactor.accepts(id, totpSecret, code)) {
      throw new RefusedError(
        'sign-in-failed',
        'The code does not fit. Look at the clock of the phone, and enter the newest code.',
      );
    }
    await this.#changes.make(by, async ({ people }, tell) => {
      await people.update(id, { totpSecret });
      tell({ action: 'two-factor-added', detail: { person: name } });
    });
    this.#offered.delete(id);
  }

  /** @throws RefusedError `sign-in-failed` when the password does not fit */
  async removeTwoFactor(by: By, { principal }: Caller, password: string): Promise<void> {
    const { id, name } = await this.#confirmed(principal.id, password);
    await this.#changes.make(by, async ({ people }, tell) => {
      await people.update(id, { totpSecret: null });
      tell({ action: 'two-factor-removed', detail: { person: name } });
    });
  }

  async #confirmed(id: string, password: string): Promise<PersonRecord> {
    await this.#attempts.take(id);
    const person = await found(this.#store, id);
    if (!(await passwordFits(person.passwordHash, password))) {
      throw new RefusedError('sign-in-failed', 'The password is not right.');
    }
    await this.#attempts.forget(id);
    return person;
  }
}
