/** What is in the audit of looking at stills: never less than what was seen, and one record for a list. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordedFor, StillLooks } from '../../server/audit/still-looks.ts';
import type { AuditEntry } from '../../server/contract/audit.ts';

const by = (id: string) => ({
  actor: { kind: 'person', id, name: id } as const,
  address: '203.0.113.5',
});
const anyoneAt = (address: string) => ({
  actor: { kind: 'anyone', id: 'anyone', name: 'open access' } as const,
  address,
});

let records: AuditEntry[];
let looks: StillLooks;
let trouble: Error | undefined;
beforeEach(() => {
  vi.useFakeTimers();
  records = [];
  trouble = undefined;
  looks = new StillLooks({
    async record(entry) {
      if (trouble) throw trouble;
      records.push(entry);
    },
  });
});
afterEach(() => {
  vi.useRealTimers();
});

test('one record is there of each person and zone in a while', async () => {
  for (let turn = 0; turn < 30; turn += 1) {
    await looks.at('A-1', by('ada'));
    vi.advanceTimersByTime(10_000);
  }
  await looks.at('A-1', by('ben'));
  expect(records.map(({ actor, zone }) => [actor.id, zone])).toEqual([
    ['ada', 'A-1'],
    ['ben', 'A-1'],
  ]);
  await looks.at('A-1', by('ada'));
  expect(records).toHaveLength(3);
});

test('a list is one record that names its zones, and what is in none is recorded by itself', async () => {
  await looks.list(['A-1', 'A-2', 'A-1'], by('ada'));
  await looks.at('A-1', by('ada'));
  await looks.at('A-2', by('ada'));
  expect(records).toMatchObject([{ action: 'looked', detail: { zones: ['A-1', 'A-2'] } }]);
  expect(records[0]).not.toHaveProperty('zone');
  await looks.at('A-3', by('ada'));
  await looks.at('A-1', by('ben'));
  expect(records.slice(1).map(({ actor, zone }) => [actor.id, zone])).toEqual([
    ['ada', 'A-3'],
    ['ben', 'A-1'],
  ]);
});

test('a list that is said again is recorded again only shortly before its end, and then lasts', async () => {
  await looks.list(['A-1', 'A-2'], by('ada'));
  vi.advanceTimersByTime(recordedFor - 70_000);
  await looks.list(['A-1', 'A-2', 'A-3'], by('ada'));
  expect(records.at(-1)).toMatchObject({ zone: 'A-3' });
  vi.advanceTimersByTime(40_000);
  await looks.list(['A-1', 'A-2', 'A-3'], by('ada'));
  expect(records.at(-1)).toMatchObject({ detail: { zones: ['A-1', 'A-2'] } });
  vi.advanceTimersByTime(40_000);
  await looks.at('A-1', by('ada'));
  expect(records).toHaveLength(3);
});

test('without accounts each address is somebody', async () => {
  await looks.list(['A-1', 'A-2'], anyoneAt('192.0.2.1'));
  await looks.at('A-1', anyoneAt('192.0.2.1'));
  await looks.at('A-1', anyoneAt('192.0.2.2'));
  expect(records).toHaveLength(2);
});

test('what cannot be recorded is not seen, also while the record is still being written', async () => {
  trouble = new Error('the store is gone');
  const list = looks.list(['A-1', 'A-2'], by('ada'));
  const still = looks.at('A-1', by('ada'));
  await expect(list).rejects.toThrow('gone');
  await expect(still).rejects.toThrow('gone');
  trouble = undefined;
  await looks.at('A-1', by('ada'));
  expect(records).toMatchObject([{ zone: 'A-1' }]);
});
