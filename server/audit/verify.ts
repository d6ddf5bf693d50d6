/** Proof that nothing in the audit was changed, removed or put in another order. */
import type { Head, StoredRecord } from '../store/audit.ts';
import type { Records } from '../store/store.ts';
import { faultOf } from './chain.ts';
import { latestPurge, type Purge } from './retention.ts';

export type Verdict =
  | { readonly whole: true; readonly count: number; readonly head: Head }
  /** The first record that is wrong. */
  | { readonly whole: false; readonly number: number; readonly reason: string };

const pageSize = 1000;

/** Follows the chain record by record. */
export class ChainCheck {
  readonly #purge: Purge;
  #head: Head;

  /** @param purge the newest of the chain */
  constructor(purge: Purge) {
    this.#purge = purge;
    this.#head = purge.beginning;
  }

  get head(): Head {
    return this.#head;
  }

  /** @returns what is wrong with the record; undefined when it follows */
  take(record: StoredRecord): string | undefined {
    const fault = faultOf(this.#head, record) ?? this.#blankFault(record);
    this.#head = record;
    return fault;
  }

  #blankFault({ content, kind, at }: StoredRecord): string | undefined {
    if (content !== null || at < (this.#purge.before[kind] ?? 0)) return undefined;
    return 'it is blank, but no purge tells of that';
  }
}

/**
 * Checks the whole chain, and that it still holds what it held when a head was noted.
 * @param records of one snapshot
 * @param witness a head that was noted outside, as in the log
 */
export async function verify(records: Records, witness?: Head): Promise<Verdict> {
  const head = await records.audit.head();
  const purge = await latestPurge(records);
  const check = new ChainCheck(purge);
  const wrong = (number: number, reason: string): Verdict => ({ whole: false, number, reason });
  let count = 0;
  for (;;) {
    const page = await records.audit.after(check.head.number, pageSize);
    for (const record of page) {
      const fault = check.take(record) ?? denial(record, witness);
      if (fault !== undefined) return wrong(record.number, fault);
      count += 1;
    }
    if (page.length < pageSize) break;
  }
  const { number, hash } = check.head;
  if (number !== head.number || hash !== head.hash) {
    return wrong(number + 1, `it is missing: the newest record is to be number ${head.number}`);
  }
  if (witness && witness.number > number) {
    return wrong(number + 1, `it is missing: number ${witness.number} was the newest once`);
  }
  const beginning = purge.beginning;
  if (witness && witness.number < beginning.number) {
    return wrong(
      witness.number,
      `it was purged with all records up to ${beginning.number}; take a head that was noted later`,
    );
  }
  const fault = denial(beginning, witness);
  return fault === undefined ? { whole: true, count, head } : wrong(beginning.number, fault);
}

function denial({ number, hash }: Head, witness: Head | undefined): string | undefined {
  if (number !== witness?.number || hash === witness.hash) return undefined;
  return 'it is not the one that was noted';
}
