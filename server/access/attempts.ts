/**
 * Which budgets a failed attempt to sign in is charged to. An account is counted by what a name means, not by
 * how it was typed. Someone who guesses uses up the budget that unknown browsers share for the account; each
 * browser from which its owner has signed in has one of its own, so that nobody is locked out by others
 * (OWASP, "Slow down online guessing attacks with device cookies").
 */
import type { Settings } from '../config.ts';
import type { PersonRecord } from '../store/person-repository.ts';
import type { Store } from '../store/store.ts';
import { searchable } from '../store/names.ts';
import { addressKey } from './address-key.ts';
import type { Client } from './caller.ts';
import { FailureBudget, type SharedAttempts } from './failure-budget.ts';
import { digest } from './tokens.ts';

const quarterHour = 900; // s

/** Who tries to sign in as whom, for the budgets. */
export interface Attempt {
  /** The account: a person's, or that of a name that nobody has. */
  readonly account: string;
  /** The browser, if that person has signed in from it before; undefined for an unknown browser. */
  readonly browser: string | undefined;
  readonly address: string;
}

export class Attempts {
  readonly #store: Pick<Store, 'knownBrowsers'>;
  readonly #passwords: FailureBudget;
  readonly #codes: FailureBudget;
  readonly #accountsFrom: FailureBudget;
  readonly #links: FailureBudget;

  /** @param shared where several servers count together */
  constructor(
    store: Pick<Store, 'knownBrowsers'>,
    limits: Settings['limits'],
    shared?: SharedAttempts,
  ) {
    const { sign_in_failures_per_account: perAccount, sign_in_failures_per_address: perAddress } =
      limits;
    this.#store = store;
    const budget = (what: string, most: number): FailureBudget =>
      new FailureBudget(what, most, quarterHour, shared);
    this.#passwords = budget('attempts to sign in', perAccount);
    this.#codes = budget('attempts with a wrong code', perAccount);
    this.#accountsFrom = budget('attempts to sign in from this address', perAddress);
    this.#links = budget('attempts from this address', perAddress);
  }

  /** Finds the budgets of an attempt. @param name what was typed; @param person whom it means, if anyone */
  async begin(name: string, person: PersonRecord | undefined, client: Client): Promise<Attempt> {
    const account = person ? `person ${person.id}` : `name ${searchable(name)}`;
    const token = digest(client.browser ?? '');
    // Asked for unknown names too, so that they take as long.
    const known = await this.#store.knownBrowsers.knows(person?.id ?? '', token);
    return { account, browser: known ? token : undefined, address: addressKey(client.address) };
  }

  /**
   * Makes an attempt with a password. Only unknown browsers are charged to their address too, which counts at how
   * many accounts it has failed: guesses at one account use up that account's budget and not the address's.
   * @throws RefusedError `throttled`, or as `work` does
   */
  password<T>({ account, browser, address }: Attempt, work: () => Promise<T>): Promise<T> {
    if (browser !== undefined) return this.#passwords.attempt(`${account} ${browser}`, work);
    return this.#passwords.attempt(account, () =>
      this.#accountsFrom.attempt(address, work, account),
    );
  }

  /**
   * Makes an attempt with a code, whose password was right. No address and no spelling gives more of them; only a
   * browser that has shown password and code before has a budget of its own.
   * @throws RefusedError `throttled`, or as `work` does
   */
  code<T>({ account, browser }: Attempt, work: () => Promise<T>): Promise<T> {
    return this.#codes.attempt(browser === undefined ? account : `${account} ${browser}`, work);
  }

  /** Makes an attempt with an enrolment link: cameras are counted apart from people. @throws RefusedError `throttled`, or as `work` does */
  link<T>(client: Client, work: () => Promise<T>): Promise<T> {
    return this.#links.attempt(addressKey(client.address), work);
  }
}
