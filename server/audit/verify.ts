/** Verifies that nothing in the audit was changed, removed or put in another order. */
import type { Head, StoredRecord } from '../store/audit-repository.ts';
import type { Records } from '../store/store.ts';
import { faultOf } from './chain.ts';
import { latestPurge, type Purge } from './retention.ts';

export type Verdict =
  | { readonly whole: true; readonly count: number; readonly head: Head }
  /** The first record that is wrong. */
  | { readonly whole: false; readonly number: number; readonly reason: string };

const pageSize = 1000;
/** Clocks differ by this at most, ms. */
const tolerance = 60_000;

/** Follows the chain record by record. */
export class ChainCheck {
  readonly #purge: Purge;
  readonly #purged: number;
  #head: Head;

  /** @param purge the newest of the chain @param purged its record's number, before which it has blanked */
  constructor(purge: Purge, purged = Number.MAX_SAFE_INTEGER) {
    this.#purge = purge;
    this.#purged = purged;
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

  #blankFault({ number, content, kind, at }: StoredRecord): string | undefined {
    if (content !== null) return undefined;
    if (number < this.#purged && at < (this.#purge.before[kind] ?? 0)) return undefined;
    return 'it is blank, but no purge tells of that';
  }
}

/**
 * Checks the whole chain, and that it still holds what it held when a head was noted.
 * @param records of one snapshot
 * @param witness a head that was noted outside, as in the log
 * @param now ms since the epoch
 */
export async function verify(
  records: Records,
  witness?: Head,
  now: number = Date.now(),
): Promise<Verdict> {
  const head = await records.audit.head();
  const purge = await latestPurge(records);
  const check = new ChainCheck(purge, purge.number);
  const wrong = (number: number, reason: string): Verdict => ({ whole: false, number, reason });
  let count = 0;
  for (;;) {
    const page = await records.audit.after(check.head.number, pageSize);
    for (const record of page) {
      const fault =
        check.take(record) ??
        denial(record, witness) ??
        (record.number === purge.number ? markFault(purge, now) : undefined);
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

/** A purge by a clock that was ahead has blanked too much, and would explain more. */
function markFault({ before, at }: Purge & { at: number }, now: number): string | undefined {
  const latest = Math.max(at, ...Object.values(before));
  if (latest <= now + tolerance) return undefined;
  return `it is a purge by a clock that was ahead: its mark is ${new Date(latest).toISOString()}, in the future, so that any record could be made blank; npm run audit:clock -- --confirm sets it right`;
}

function denial({ number, hash }: Head, witness: Head | undefined): string | undefined {
  if (number !== witness?.number || hash === witness.hash) return undefined;
  return 'it is not the one that was noted';
}
