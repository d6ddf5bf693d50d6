/** The audit's chain: whatever is done to its records shows. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultOf, genesis, readRecord, seal } from '../../server/audit/chain.ts';
import { ChainCheck } from '../../server/audit/verify.ts';
import { auditKinds, type AuditEntry } from '../../server/contract/audit.ts';
import type { Head, StoredRecord } from '../../server/store/audit-repository.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 20 });
const anyEntry: fc.Arbitrary<AuditEntry> = fc.record(
  {
    kind: fc.constantFrom(...auditKinds),
    action: fc.constantFrom('began', 'ended', 'failed'),
    actor: fc.record({
      kind: fc.constantFrom('person' as const, 'key' as const, 'service' as const),
      id: anyText,
      name: anyText,
    }),
    address: fc.ipV4(),
    zone: fc.constantFrom('CBD-TRAFFIC-01', 'PORT-GATE-02'),
    // zod leaves __proto__ out of every record, so nothing that was parsed at an edge holds it.
    detail: fc.dictionary(
      anyText.filter((name) => name !== '__proto__'),
      fc.oneof(anyText, fc.integer(), fc.constant(null)),
    ),
  },
  { requiredKeys: ['kind', 'action', 'actor', 'address'] },
);
const anyChain = fc
  .array(fc.tuple(anyEntry, fc.integer({ min: 1, max: 4e12 })), { minLength: 2, maxLength: 8 })
  .map((entries) => chainOf(entries));

function chainOf(entries: [AuditEntry, number][]): StoredRecord[] {
  let head: Head = genesis;
  return entries.map(([entry, at]) => {
    const record = seal(head, entry, at);
    head = record;
    return record;
  });
}

/** What is wrong with a chain; `newest` is what the database says of its head. */
function faultIn(records: StoredRecord[], newest: Head): string | undefined {
  const check = new ChainCheck({ before: {}, purged: {}, beginning: genesis });
  for (const record of records) {
    const fault = check.take(record);
    if (fault !== undefined) return fault;
  }
  return check.head.hash === newest.hash ? undefined : 'the end is missing';
}

function headOf(records: StoredRecord[]): Head {
  return records.at(-1) ?? genesis;
}

/** A different value of the same kind. */
function altered(value: string | number | null): string | number {
  if (typeof value === 'number') return value + 1;
  return value === null || value === ''
    ? 'x'
    : value.slice(0, -1) + (value.endsWith('0') ? '1' : '0');
}

test('a chain says what was recorded, and holds', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyEntry, fc.nat()), { minLength: 1 }), (entries) => {
      const records = chainOf(entries);
      expect(faultIn(records, headOf(records))).toBeUndefined();
      const said = records.map(readRecord);
      const expected = entries.map(([entry, at], index) => ({ ...entry, at, number: index + 1 }));
      // As JSON keeps it: half a surrogate pair and -0 have no other form there.
      expect(JSON.parse(JSON.stringify(said))).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
  );
});

test('a change of any column of any record shows', () => {
  const columns = [
    'number',
    'at',
    'action',
    'actor',
    'zone',
    'content',
    'contentHash',
    'hash',
  ] as const;
  fc.assert(
    fc.property(anyChain, fc.nat(), fc.constantFrom(...columns), (records, place, column) => {
      const changed = [...records];
      const index = place % records.length;
      const record = records[index];
      if (!record) throw new Error('the chain has a record');
      changed[index] = { ...record, [column]: altered(record[column]) };
      expect(faultIn(changed, headOf(records))).toBeDefined();
    }),
  );
});

test('another kind shows, and so does a record made blank without a purge', () => {
  fc.assert(
    fc.property(anyChain, fc.nat(), (records, place) => {
      const index = place % records.length;
      const record = records[index];
      if (!record) throw new Error('the chain has a record');
      const kind = record.kind === 'change' ? 'service' : 'change';
      expect(faultIn(records.with(index, { ...record, kind }), headOf(records))).toBeDefined();
      const blank = { ...record, action: null, actor: null, zone: null, content: null };
      expect(faultIn(records.with(index, blank), headOf(records))).toContain('blank');
    }),
  );
});

test('a removal shows, be it at the beginning, in the middle or at the end', () => {
  fc.assert(
    fc.property(anyChain, fc.nat(), fc.integer({ min: 1, max: 3 }), (records, place, count) => {
      const rest = records.toSpliced(place % records.length, count);
      expect(faultIn(rest, headOf(records))).toBeDefined();
    }),
  );
});

test('a swap shows, and so does a record put in between', () => {
  fc.assert(
    fc.property(anyChain, fc.nat(), fc.nat(), anyEntry, (records, one, other, entry) => {
      const first = one % records.length;
      const second = other % records.length;
      const [a, b] = [records[first], records[second]];
      if (!a || !b) throw new Error('the chain has records');
      const before = records[first - 1] ?? genesis;
      const forged = records.toSpliced(first, 0, seal(before, entry, 1));
      expect(faultIn(forged, headOf(records))).toBeDefined();
      fc.pre(first !== second);
      expect(faultIn(records.with(first, b).with(second, a), headOf(records))).toBeDefined();
    }),
  );
});

test('the same content twice has two hashes, so that a purged one cannot be guessed', () => {
  const entry: AuditEntry = {
    kind: 'watching',
    action: 'began',
    actor: { kind: 'person', id: '1', name: 'Ada' },
    address: '203.0.113.5',
  };
  expect(seal(genesis, entry, 1).contentHash).not.toBe(seal(genesis, entry, 1).contentHash);
  expect(faultOf(genesis, seal(genesis, entry, 1))).toBeUndefined();
});
