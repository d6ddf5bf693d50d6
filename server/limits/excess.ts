/** What happens when a client exceeds a limit: it is counted each time, and logged once in a while. */
import type { Logger } from 'pino';
import { addressKey } from '../access/address-key.ts';
import { RefusedError } from '../contract/errors.ts';
import { Budget } from './budget.ts';

/** What is limited; docs/operations.md says how much, and in which setting. */
export const limits = [
  'connections',
  'handshakes',
  'sockets',
  'packets',
  'bytes',
  'backlog',
  'messages',
  'faults',
  'joins',
  'zones',
  'records',
  'requests',
  'exports',
] as const;
export type Limit = (typeof limits)[number];

/** Who exceeds it, as far as that is known. */
export interface Exceeding {
  readonly address: string;
  readonly account?: string | undefined;
}

const minute = 60_000; // ms
/** Lines in a minute, however many clients there are. */
const mostLines = 60;

export class Excess {
  readonly #log: Logger;
  readonly #count: (limit: Limit) => void;
  readonly #perClient = new Budget(1, minute);
  readonly #lines = new Budget(mostLines, minute);

  constructor(log: Logger, count: (limit: Limit) => void) {
    this.#log = log;
    this.#count = count;
  }

  report(limit: Limit, { address, account }: Exceeding): void {
    this.#count(limit);
    if (
      !this.#perClient.take(`${limit} ${account ?? addressKey(address)}`) ||
      !this.#lines.take('')
    )
      return;
    this.#log.warn({ limit, address, account }, 'a client exceeds a limit');
  }
}

/**
 * The refusal, in the words that a person reads.
 * @param what "messages", "connections of this account"
 * @param wait how long until it may be tried again, ms
 */
export function tooMany(what: string, wait: number): RefusedError {
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  const time = seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} s`;
  return new RefusedError('throttled', `Too many ${what}; try again in ${time}.`, undefined, wait);
}
