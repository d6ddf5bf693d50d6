/** To whom it is put down what a client costs. */
import type { Principal } from '../contract/access.ts';
import { addressKey } from '../access/address-key.ts';
import { Budget } from './budget.ts';

export interface Account {
  readonly name: string;
  /** Whether many devices are behind it: a key; and, where there are no accounts, an address. */
  readonly shared: boolean;
}

export function accountOf({ kind, id }: Principal, address: string): Account {
  if (kind === 'anyone') return { name: addressKey(address), shared: true };
  return { name: id, shared: kind === 'key' };
}

/** What a person may use in a time, and what a key may. */
export class AccountBudget {
  readonly #own: Budget;
  readonly #shared: Budget;

  /** @param period ms */
  constructor(perPerson: number, perKey: number, period: number) {
    this.#own = new Budget(perPerson, period);
    this.#shared = new Budget(perKey, period);
  }

  take(account: Account, amount = 1): boolean {
    return this.#of(account).take(account.name, amount);
  }

  /** How long until so much can be taken, ms. */
  wait(account: Account, amount = 1): number {
    return this.#of(account).wait(account.name, amount);
  }

  #of({ shared }: Account): Budget {
    return shared ? this.#shared : this.#own;
  }
}
