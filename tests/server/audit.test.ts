/** The audit on both databases: recording, searching, export, retention and proof. */
import pino from 'pino';
import { expect, test } from 'vitest';
import { Audit } from '../../server/audit/audit.ts';
import { exportAudit } from '../../server/audit/export.ts';
import { keepAudit } from '../../server/audit/keeper.ts';
import { sightsAt } from '../../server/audit/sights.ts';
import { correctMark, purge, type Retention } from '../../server/audit/retention.ts';
import { verify } from '../../server/audit/verify.ts';
import {
  AuditQuery,
  type AuditEntry,
  type AuditFilter,
  type AuditKind,
} from '../../server/contract/audit.ts';
import type { Visible } from '../../server/store/audit-repository.ts';
import type { Store } from '../../server/store/store.ts';
import { describeStores, execute } from '../support/stores.ts';

const hour = 3_600_000;
const day = 24 * hour;
const everything: Visible = { zonePatterns: ['*'], site: true };
const forEver: Retention = {
  watching: 0,
  filming: 0,
  steering: 0,
  snapshot: 0,
  'sign-in': 0,
  change: 0,
  service: 0,
};

function entry(kind: AuditKind, name: string, zone?: string): AuditEntry {
  return {
    kind,
    action: 'began',
    actor: { kind: 'person', id: name.toLowerCase(), name },
    address: '203.0.113.5',
    ...(zone === undefined ? {} : { zone }),
  };
}

async function names(audit: Audit, filter: AuditFilter, visible = everything): Promise<string[]> {
  const { records } = await audit.page(AuditQuery.parse(filter), visible);
  return records.map(({ actor }) => actor.name);
}

async function exported(store: Store, format: 'csv' | 'jsonl', visible = everything) {
  let text = '';
  for await (const piece of exportAudit(store, { format }, visible)) text += piece;
  return text;
}

const proof = (store: Store, witness?: { number: number; hash: string }) =>
  store.snapshot((records) => verify(records, witness));

describeStores((make) => {
  test('records that come together are numbered in their order, each once', async () => {
    const store = await make.open();
    const audit = new Audit(store);
    const many = Array.from({ length: 1200 }, (_, index) => entry('watching', `${index}`, 'A'));
    await Promise.all(many.map((each) => audit.record(each)));
    const stored = await store.audit.after(0, 2000);
    expect(stored.map(({ number }) => number)).toEqual(many.map((_, index) => index + 1));
    expect(stored.map(({ actor }) => actor)).toEqual(many.map(({ actor }) => actor.name));
    expect(await proof(store)).toMatchObject({ whole: true, count: 1200 });
  });

  test('patterns made to be slow are no slower than others, and mean the same', async () => {
    const store = await make.open();
    const audit = new Audit(store);
    const zones = ['A'.repeat(64), `${'A'.repeat(63)}B`, 'CBD-1'];
    const many = Array.from({ length: 400 }, () =>
      zones.map((zone) => entry('watching', 'x', zone)),
    );
    await Promise.all(many.flat().map((each) => audit.record(each)));
    const began = performance.now();
    for (const zone of ['*A*A*A*A*A*A*B', `${'*A'.repeat(31)}*B`, `${'A*'.repeat(31)}B`]) {
      const found = await store.audit.search({ zone }, everything, { limit: 1000 });
      expect(found).toHaveLength(400);
      const seen = { zonePatterns: [zone.replace('B', 'C')], site: false };
      expect(await store.audit.search({}, seen, { limit: 1000 })).toEqual([]);
    }
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('a change and its record stand or fall together, while others record too', async () => {
    const store = await make.open();
    const audit = new Audit(store);
    const change = (name: string, fails: boolean) =>
      store.transaction(async (records) => {
        await records.facts.set(name, 'changed');
        await audit.within(records, entry('change', name), entry('change', name));
        if (fails) throw new Error('no');
      });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => [
        change(`good-${index}`, false),
        change(`bad-${index}`, true),
        audit.record(entry('watching', 'Ada', 'A')),
      ]).flat(),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(20);
    expect(await names(audit, { actor: 'bad' })).toEqual([]);
    expect(await store.facts.get('bad-0')).toBeUndefined();
    expect(await names(audit, { actor: 'good' })).toHaveLength(40);
    expect(await proof(store)).toMatchObject({ whole: true, count: 60 });
  });

  test('inside a transaction, what would wait for its end is refused', async () => {
    const store = await make.open();
    const audit = new Audit(store);
    const attempts: (() => Promise<unknown>)[] = [
      () => store.facts.get('a'),
      () => audit.record(entry('change', 'Ada')),
      () => store.transaction(() => Promise.resolve()),
    ];
    for (const attempt of attempts) {
      await expect(store.transaction(attempt)).rejects.toThrow('inside a transaction');
    }
    await audit.record(entry('change', 'Ada'));
    expect(await names(audit, {})).toEqual(['Ada']);
  });

  test('two servers write one chain', async () => {
    const settings = await make.fresh();
    const stores = [await make.open(settings), await make.open(settings)];
    for (let round = 0; round < 5; round += 1) {
      for (const store of stores) await new Audit(store).record(entry('watching', 'Ada', 'A'));
    }
    for (const store of stores) {
      expect(await proof(store)).toMatchObject({ whole: true, count: 10 });
    }
  });

  test('it is searched by kind, name, zone and time, and paged', async () => {
    const store = await make.open();
    let now = 0;
    const audit = new Audit(store, { now: () => now });
    const written: [AuditEntry, number][] = [
      [entry('watching', 'Jörg Ärmel', 'CBD-TRAFFIC-01'), 1000],
      [entry('watching', 'JÖRG_B', 'CBD-PARK-02'), 2000],
      [entry('snapshot', 'Ada 100%', 'PORT-GATE-01'), 3000],
      [entry('sign-in', 'Eve\0'), 4000],
    ];
    for (const [each, at] of written) {
      now = at;
      await audit.record(each);
    }
    const [jörg, other, ada, eve] = written.map(([{ actor }]) => actor.name);
    expect(await names(audit, {})).toEqual([eve, ada, other, jörg]);
    expect(await names(audit, { kind: 'watching' })).toEqual([other, jörg]);
    expect(await names(audit, { actor: 'jörg' })).toEqual([other, jörg]);
    expect(await names(audit, { actor: 'ÄRM' })).toEqual([jörg]);
    expect(await names(audit, { actor: '_' })).toEqual([other]);
    expect(await names(audit, { actor: '0%' })).toEqual([ada]);
    expect(await names(audit, { actor: '*' })).toEqual([eve, ada, other, jörg]);
    expect(await names(audit, { zone: 'cbd-*-0*' })).toEqual([other, jörg]);
    expect(await names(audit, { zone: 'CBD' })).toEqual([]);
    expect(await names(audit, { zone: 'CBD_PARK-02' })).toEqual([]);
    expect(await names(audit, { from: 2000, to: 3000 })).toEqual([other]);
    const first = await audit.page({ limit: 3 }, everything);
    expect(first.next).toBe(2);
    const second = await audit.page({ limit: 3, before: first.next }, everything);
    expect(second).toMatchObject({ records: [{ number: 1, at: 1000, zone: 'CBD-TRAFFIC-01' }] });
    expect(second.next).toBeUndefined();
  });

  test('nobody is shown records of zones that are not granted', async () => {
    const store = await make.open();
    const audit = new Audit(store);
    for (const each of [
      entry('watching', 'Ada', 'CBD-TRAFFIC-01'),
      entry('watching', 'Bob', 'PORT-GATE-01'),
      entry('sign-in', 'Eve'),
    ]) {
      await audit.record(each);
    }
    const seen = (zonePatterns: string[], site: boolean, filter: AuditFilter = {}) =>
      names(audit, filter, { zonePatterns, site });
    expect(await seen(['CBD-*'], false)).toEqual(['Ada']);
    expect(await seen(['CBD-*'], true)).toEqual(['Eve', 'Ada']);
    expect(await seen(['CBD-*', 'PORT-GATE-01'], false)).toEqual(['Bob', 'Ada']);
    expect(await seen(['*'], false)).toEqual(['Bob', 'Ada']);
    expect(await seen([], true)).toEqual(['Eve']);
    expect(await seen([], false)).toEqual([]);
    expect(await seen(['CBD-*'], false, { zone: 'PORT-*' })).toEqual([]);
    const lines = await exported(store, 'jsonl', { zonePatterns: ['PORT-*'], site: false });
    expect(lines.trim().split('\n')).toHaveLength(1);
    expect(lines).toContain('Bob');
  });

  test('it says who had the picture of a zone at a moment', async () => {
    const store = await make.open();
    let now = Date.parse('2026-03-29T10:00:00Z');
    const minute = 60_000;
    const audit = new Audit(store, { now: () => now });
    const began = (name: string, zone: string) =>
      audit.record(entry('watching', name, zone), `${name} operator ${zone}`);
    const ended = (name: string, zone: string, from: number) =>
      audit.recordEnd(
        {
          ...entry('watching', name, zone),
          action: 'ended',
          detail: { from: new Date(from).toISOString(), to: new Date(now).toISOString() },
        },
        `${name} operator ${zone}`,
      );
    const start = now;
    await began('Ada', 'GATE-01');
    await began('Ben', 'GATE-01');
    await began('Cleo', 'OTHER-GATE-01'); // ends alike, and is another zone
    await audit.record(entry('filming', 'Camera', 'GATE-01'), 'x camera GATE-01');
    now += 10 * minute;
    ended('Ada', 'GATE-01', start);
    await began('Dora', 'GATE-01');
    await audit.record({ ...entry('watching', 'Eve', 'GATE-01'), action: 'looked' });
    now += 10 * minute;
    await audit.settled();
    const at = async (minutes: number) => {
      const { sights, complete } = await sightsAt(store, 'GATE-01', start + minutes * minute);
      expect(complete).toBe(true);
      return sights.map(({ actor, to }) => `${actor.name}${to === undefined ? ' still' : ''}`);
    };
    expect(await at(-1)).toEqual([]);
    expect((await at(5)).sort()).toEqual(['Ada', 'Ben still']);
    expect((await at(11)).sort()).toEqual(['Ben still', 'Dora still', 'Eve']);
    expect((await at(20)).sort()).toEqual(['Ben still', 'Dora still']);
  });

  test('it is exported whole, as JSON Lines and as CSV without formulas', async () => {
    const store = await make.open();
    const audit = new Audit(store, { now: () => Date.UTC(2026, 0, 31, 12) });
    await audit.record({
      ...entry('change', '=HYPERLINK("http://evil")'),
      detail: { why: 'a "quoted", reason' },
    });
    await Promise.all(
      Array.from({ length: 1000 }, () => audit.record(entry('watching', 'Ada', 'A'))),
    );
    const lines = (await exported(store, 'jsonl')).trim().split('\n');
    expect(lines).toHaveLength(1001);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      number: 1,
      at: '2026-01-31T12:00:00.000Z',
      kind: 'change',
      action: 'began',
      actor: { kind: 'person', id: '=hyperlink("http://evil")', name: '=HYPERLINK("http://evil")' },
      address: '203.0.113.5',
      detail: { why: 'a "quoted", reason' },
    });
    const rows = (await exported(store, 'csv')).trim().split('\n');
    expect(rows).toHaveLength(1002);
    expect(rows[0]).toBe(
      'number,at,kind,action,actor_kind,actor_id,actor_name,address,zone,detail',
    );
    expect(rows[1]).toBe(
      '1001,2026-01-31T12:00:00.000Z,watching,began,person,ada,Ada,203.0.113.5,A,',
    );
    expect(rows.at(-1)).toContain(`"'=HYPERLINK(""http://evil"")"`);
  });

  test('what is too old loses its content, kind by kind; the purge is on record and the chain holds', async () => {
    const store = await make.open();
    let now = 0;
    const audit = new Audit(store, { now: () => now });
    for (let written = 0; written < 3; written += 1) {
      await audit.record(entry('watching', 'Ada', 'CBD-TRAFFIC-01'));
      await audit.record(entry('change', 'Root'));
      now += 10 * day;
    }
    const retention = { ...forEver, watching: 15 };
    expect(await purge(store, retention, now)).toMatchObject({ purged: { watching: 2 } });
    expect(await purge(store, retention, now)).toBeUndefined();
    expect(await names(audit, {})).toEqual(['service', 'Root', 'Ada', 'Root', 'Root']);
    const stored = await store.audit.after(0, 100);
    expect(stored[0]).toMatchObject({ content: null, action: null, actor: null, zone: null });
    expect(await proof(store)).toMatchObject({ whole: true, count: 7 });
    // Also under another retention later, and when the record of the first purge is itself too old.
    now += 1000 * day;
    const later = { ...forEver, watching: 2000, service: 100 };
    await audit.record(entry('change', 'Root'));
    expect(await purge(store, later, now)).toBeUndefined();
    expect(await purge(store, { ...later, change: 900 }, now)).toMatchObject({
      purged: { change: 3 },
    });
    now += 200 * day;
    expect(await purge(store, { ...later, change: 100 }, now)).toMatchObject({
      purged: { change: 1, service: 1 },
    });
    expect(await proof(store)).toMatchObject({ whole: true });
  });

  test('a long blank beginning is removed, and the chain goes on from there', async () => {
    const store = await make.open();
    let now = 0;
    const audit = new Audit(store, { now: () => now });
    const record = (count: number) =>
      Promise.all(Array.from({ length: count }, () => audit.record(entry('watching', 'Ada', 'A'))));
    await record(1000);
    const early = await store.audit.head();
    now = 10 * day;
    await record(2);
    const { number, hash } = await store.audit.head();
    now = 20 * day;
    await purge(store, { ...forEver, watching: 15 }, now);
    expect((await store.audit.after(0, 10)).map((each) => each.number)).toEqual([1001, 1002, 1003]);
    expect(await proof(store, { number, hash })).toMatchObject({ whole: true, count: 3 });
    expect(await proof(store, early)).toMatchObject({ whole: true });
    expect(await proof(store, { ...early, hash })).toMatchObject({ whole: false, number: 1000 });
    now = 40 * day;
    await record(1);
    await purge(store, { ...forEver, watching: 15 }, now);
    expect(await proof(store)).toMatchObject({ whole: true, count: 5 });
  });

  test('a leap of the clock purges nothing, and is trouble until the clock is set right', async () => {
    const store = await make.open();
    const today = 20_000 * day;
    await new Audit(store, { now: () => today }).record(entry('watching', 'Ada', 'A'));
    const log: Record<string, unknown>[] = [];
    const logger = pino({}, { write: (line) => log.push(JSON.parse(line) as (typeof log)[0]) });
    const keepAt = async (now: number) => {
      const options = { now: () => now, monotonic: () => now };
      const keeper = keepAudit(store, { ...forEver, watching: 90 }, logger, options);
      await expect.poll(() => log.at(-1)?.msg).toBe('audit head');
      const { trouble } = keeper;
      await keeper.stop();
      log.length = 0;
      return trouble;
    };
    expect(await keepAt(today)).toBeUndefined();
    expect(await keepAt(today + 1095 * day)).toMatchObject({ stopsJoins: false });
    expect(await names(new Audit(store), {})).toEqual(['Ada']);
    expect(await keepAt(today + hour)).toBeUndefined();
    expect(await names(new Audit(store), {})).toEqual(['Ada']);
  });

  test('the proof finds a mark in the future, and a record made blank after the purge', async () => {
    const settings = await make.fresh();
    const store = await make.open(settings);
    const today = 20_000 * day;
    const audit = new Audit(store, { now: () => today });
    for (let written = 0; written < 3; written += 1)
      await audit.record(entry('watching', 'Ada', 'A'));
    const verifyAt = (now: number) => store.snapshot((records) => verify(records, undefined, now));
    await purge(store, { ...forEver, watching: 90 }, today + 1095 * day);
    expect(await verifyAt(today + day)).toMatchObject({
      whole: false,
      number: 4,
      reason: expect.stringContaining('in the future') as string,
    });
    await store.transaction((records) => correctMark(records, today + day));
    expect(await verifyAt(today + 2 * day)).toMatchObject({ whole: true });
    // Nor does a mark explain what was written after it.
    await audit.record(entry('watching', 'Eve', 'A'));
    await execute(
      settings,
      'update audit set content = null, action = null, actor = null, zone = null where number = 6',
    );
    expect(await verifyAt(today + 2 * day)).toMatchObject({ whole: false, number: 6 });
  });

  test.each([
    [
      'a changed text',
      "update audit set content = replace(content, 'Ada', 'Bob') where number = 2",
      2,
    ],
    ['a changed column', "update audit set actor = 'bob' where number = 2", 2],
    ['a changed time', 'update audit set at = at + 1 where number = 3', 3],
    ['a removed record', 'delete from audit where number = 2', 3],
    ['a removed beginning', 'delete from audit where number < 3', 3],
    ['a removed record of a purge', 'delete from audit where number = 5', 4],
    [
      'a record made blank',
      'update audit set content = null, action = null, actor = null, zone = null where number = 2',
      2,
    ],
    [
      'a record of another kind made blank',
      "update audit set kind = 'watching', content = null, action = null, actor = null, zone = null where number = 3",
      3,
    ],
  ])('the proof finds %s, whoever made it in the database', async (_, statement, number) => {
    const settings = await make.fresh();
    const store = await make.open(settings);
    const audit = new Audit(store, { now: () => 20 * day });
    for (const [kind, count] of [
      ['snapshot', 3],
      ['watching', 1],
    ] as const) {
      for (let index = 0; index < count; index += 1) await audit.record(entry(kind, 'Ada', 'A'));
    }
    const times = purge(store, { ...forEver, watching: 1 }, 22 * day);
    expect(await times).toMatchObject({ purged: { watching: 1 } });
    expect(await proof(store)).toMatchObject({ whole: true, count: 5 });
    await execute(settings, statement);
    expect(await proof(store)).toMatchObject({ whole: false, number });
  });

  test('who cuts the end off and mends the head is found by a head that was noted', async () => {
    const settings = await make.fresh();
    const store = await make.open(settings);
    const audit = new Audit(store);
    await audit.record(entry('watching', 'Ada', 'A'));
    const { number, hash } = await store.audit.head();
    await audit.record(entry('watching', 'Eve', 'A'));
    const noted = await store.audit.head();
    await execute(settings, 'delete from audit where number = 2');
    expect(await proof(store)).toMatchObject({ whole: false, number: 2 });
    await execute(settings, `update audit_head set number = ${number}, hash = '${hash}'`);
    expect(await proof(store)).toMatchObject({ whole: true, count: 1 });
    expect(await proof(store, noted)).toMatchObject({ whole: false, number: 2 });
    await new Audit(store).record(entry('watching', 'Bob', 'A'));
    expect(await proof(store, noted)).toMatchObject({ whole: false, number: 2 });
  });

  test('the keeper purges at once and again, and has the log bear witness until it stops', async () => {
    const store = await make.open();
    let now = 100 * day;
    const audit = new Audit(store, { now: () => now });
    await audit.record(entry('watching', 'Ada', 'A'));
    now += 10 * day;
    await audit.record(entry('watching', 'Bob', 'A'));
    const log: Record<string, unknown>[] = [];
    const logger = pino({}, { write: (line) => log.push(JSON.parse(line) as (typeof log)[0]) });
    const options = { now: () => now, monotonic: () => now, interval: 20 };
    const keeper = keepAudit(store, { ...forEver, watching: 5 }, logger, options);
    await expect.poll(() => names(audit, { kind: 'watching' })).toEqual(['Bob']);
    now += 10 * day;
    await expect.poll(() => names(audit, { kind: 'watching' })).toEqual([]);
    await keeper.stop();
    const head = await store.audit.head();
    expect(log.at(-1)).toMatchObject({ msg: 'audit head', ...head });
    expect(log.filter(({ msg }) => msg === 'old audit records purged')).toHaveLength(2);
    expect(await proof(store, head)).toMatchObject({ whole: true, count: 4 });
  });
});
