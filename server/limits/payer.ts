/** Who is charged for what a client uses: the person or key; where there are no accounts, the address. */
import type { Principal } from '../contract/access.ts';
import { addressKey } from '../access/address-key.ts';
import { Budget } from './budget.ts';

export interface Payer {
  readonly name: string;
  /** Whether many devices are behind it: a key; and, where there are no accounts, an address. */
  readonly shared: boolean;
}

export function payerOf({ kind, id }: Principal, address: string): Payer {
  if (kind === 'anyone') return { name: addressKey(address), shared: true };
  return { name: id, shared: kind === 'key' };
}

/** Limits what a person may use in a period, and what a key may. */
export class PayerBudget {
  readonly #own: Budget;
  readonly #shared: Budget;

  /** @param period ms */
  constructor(perPerson: number, perKey: number, period: number) {
    this.#own = new Budget(perPerson, period);
    this.#shared = new Budget(perKey, period);
  }

  take(payer: Payer, amount = 1): boolean {
    return this.#of(payer).take(payer.name, amount);
  }

  /** How long until so much can be taken, ms. */
  wait(payer: Payer, amount = 1): number {
    return this.#of(payer).wait(payer.name, amount);
  }

  #of({ shared }: Payer): Budget {
    return shared ? this.#shared : this.#own;
  }
}
