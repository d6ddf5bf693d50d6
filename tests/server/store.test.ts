/** The store's repositories, against SQLite and PostgreSQL. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Migration } from 'kysely';
import { expect, test } from 'vitest';
import { installationOf } from '../../server/access/installation.ts';
import type { KeyRecord } from '../../server/store/key-repository.ts';
import { checkForm, migrations } from '../../server/store/migrations/migrate.ts';
import type { PersonRecord } from '../../server/store/person-repository.ts';
import type { SignInRecord } from '../../server/store/sign-in-repository.ts';
import { sqliteFile } from '../../server/store/sqlite.ts';
import { openStore } from '../../server/store/store.ts';
import { describeStores, execute, withDatabase } from '../support/stores.ts';

const later = 4_102_444_800_000; // in the year 2100, far beyond 32 bits

function person(changes: Partial<PersonRecord> = {}): PersonRecord {
  return {
    id: randomUUID(),
    name: 'Jörg',
    passwordHash: '$argon2id$…',
    totpSecret: null,
    issuer: null,
    subject: null,
    disabled: false,
    mustChange: false,
    createdAt: later,
    lastSignIn: null,
    grants: [{ role: 'operator', zones: 'CBD-*' }],
    ...changes,
  };
}

function key(changes: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: randomUUID(),
    name: 'Bridge',
    role: 'camera',
    zones: 'CBD-TRAFFIC-01',
    secretHash: randomUUID(),
    createdAt: later,
    lastUsed: null,
    ...changes,
  };
}

function signIn(changes: Partial<SignInRecord>): SignInRecord {
  return {
    id: randomUUID(),
    tokenHash: randomUUID(),
    personId: null,
    keyId: null,
    address: '203.0.113.5',
    agent: 'Chromium',
    createdAt: later,
    lastSeen: later,
    expiresAt: later + 1000,
    ...changes,
  };
}

describeStores((make, database) => {
  test('a person is found by id, by name in any case, and by who vouches for them', async () => {
    const { people } = await make.open();
    const jörg = person();
    const external = person({
      name: 'Ada',
      passwordHash: null,
      issuer: 'https://id',
      subject: '7',
    });
    await people.add(jörg);
    await people.add(external);
    expect(await people.find(jörg.id)).toEqual(jörg);
    expect(await people.findByName('JÖRG')).toEqual(jörg);
    expect(await people.findBySubject('https://id', '7')).toEqual(external);
    expect(await people.findBySubject('https://id', '8')).toBeUndefined();
    expect(await people.findByName('jorg')).toBeUndefined();
    expect(await people.findByName('jörg\0')).toBeUndefined();
    expect(await people.list()).toEqual([external, jörg]);
  });

  test('a name is taken in any case, and a person of one issuer exists once', async () => {
    const { people } = await make.open();
    await people.add(person({ issuer: 'https://id', subject: '7' }));
    const ada = person({ name: 'Ada' });
    await people.add(ada);
    await expect(people.add(person({ name: 'JÖRG' }))).rejects.toMatchObject({
      code: 'name-taken',
    });
    await expect(people.update(ada.id, { name: 'jörg' })).rejects.toMatchObject({
      code: 'name-taken',
    });
    await expect(
      people.add(person({ name: 'Other', issuer: 'https://id', subject: '7' })),
    ).rejects.toMatchObject({ code: 'name-taken' });
    expect(await people.list()).toHaveLength(2);
  });

  test('a change touches what it names and nothing else; grants are replaced together', async () => {
    const { people } = await make.open();
    const before = person({ totpSecret: 'SECRET' });
    await people.add(before);
    const grants = [
      { role: 'administrator', zones: '*' },
      { role: 'operator', zones: 'PORT-*' },
    ] as const;
    expect(
      await people.update(before.id, { disabled: true, lastSignIn: later, grants: [...grants] }),
    ).toBe(true);
    const after = { ...before, disabled: true, lastSignIn: later, grants };
    expect(await people.find(before.id)).toEqual(after);
    expect(await people.update(before.id, { grants: [] })).toBe(true);
    expect(await people.update(before.id, { totpSecret: null })).toBe(true);
    expect(await people.find(before.id)).toEqual({ ...after, totpSecret: null, grants: [] });
    expect(await people.update('nobody', { disabled: true })).toBe(false);
    expect(await people.update('nobody', { grants: [] })).toBe(false);
  });

  test('who is removed is signed out and holds no grant', async () => {
    const { people, signIns } = await make.open();
    const gone = person();
    await people.add(gone);
    await signIns.add(signIn({ personId: gone.id }));
    expect(await people.remove(gone.id)).toBe(true);
    expect(await people.remove(gone.id)).toBe(false);
    expect(await signIns.list()).toEqual([]);
    await people.add({ ...gone, grants: [] });
    expect((await people.find(gone.id))?.grants).toEqual([]);
  });

  test('a sign-in is found by its token, touched, and ends alone, with the others, or by its age', async () => {
    const { people, keys, signIns } = await make.open();
    const someone = person();
    const camera = key();
    await people.add(someone);
    await keys.add(camera);
    const first = signIn({ personId: someone.id });
    const second = signIn({ personId: someone.id, createdAt: later + 1 });
    const third = signIn({ keyId: camera.id, createdAt: later + 2, expiresAt: later + 5000 });
    for (const each of [first, second, third]) await signIns.add(each);
    expect(await signIns.findByTokenHash(first.tokenHash)).toEqual(first);
    expect(await signIns.list()).toEqual([third, second, first]);
    await signIns.touch(first.id, { lastSeen: later + 9, expiresAt: later + 3000 });
    expect(await signIns.find(first.id)).toMatchObject({ lastSeen: later + 9 });
    expect(await signIns.removeExpired(later + 1000)).toEqual([second.id]);
    expect(await signIns.removeOf({ personId: someone.id }, first.id)).toEqual([]);
    expect(await signIns.removeOf({ personId: someone.id })).toEqual([first.id]);
    expect(await signIns.removeOf({ keyId: camera.id })).toEqual([third.id]);
    expect(await signIns.remove(third.id)).toBe(false);
  });

  test('an enrolment gives its key to one of two who ask at once, and to nobody too late', async () => {
    const { keys } = await make.open();
    const wall = key({ role: 'wall', zones: '*' });
    await keys.add(wall);
    expect(await keys.findBySecretHash(wall.secretHash)).toEqual(wall);
    await keys.addEnrolment({ tokenHash: 'good', keyId: wall.id, expiresAt: later });
    await keys.addEnrolment({ tokenHash: 'late', keyId: wall.id, expiresAt: later });
    const taken = await Promise.all([
      keys.takeEnrolment('good', later - 1),
      keys.takeEnrolment('good', later - 1),
    ]);
    expect(taken.filter(Boolean)).toEqual([wall]);
    expect(await keys.takeEnrolment('late', later)).toBeUndefined();
    expect(await keys.takeEnrolment('late', later - 1)).toBeUndefined();
    await keys.touch(wall.id, later);
    expect(await keys.list()).toEqual([{ ...wall, lastUsed: later }]);
  });

  test('a key that is removed takes its sign-ins and enrolments with it', async () => {
    const { keys, signIns } = await make.open();
    const camera = key();
    await keys.add(camera);
    await signIns.add(signIn({ keyId: camera.id }));
    await keys.addEnrolment({ tokenHash: 'token', keyId: camera.id, expiresAt: later });
    expect(await keys.remove(camera.id)).toBe(true);
    expect(await signIns.list()).toEqual([]);
    expect(await keys.takeEnrolment('token', 0)).toBeUndefined();
    await expect(signIns.add(signIn({ keyId: camera.id }))).rejects.toThrow();
  });

  test('a zone keeps its notice and masks, and is replaced as a whole', async () => {
    const { zones } = await make.open();
    const notice = {
      purpose: 'Traffic',
      controller: 'City',
      retention: 'None',
      legal_basis: 'Law',
      contact: 'privacy@example.org',
    };
    const masks = [{ points: [0, 0.5, 1].map((x) => ({ x, y: x * x })) }];
    await zones.save({ id: 'CBD-TRAFFIC-01', listed: true, notice, masks });
    await zones.save({ id: 'A', listed: false, notice: null, masks: [] });
    expect(await zones.find('CBD-TRAFFIC-01')).toMatchObject({ listed: true, notice, masks });
    await zones.save({ id: 'CBD-TRAFFIC-01', listed: false, notice: null, masks });
    expect(await zones.list()).toEqual([
      { id: 'A', listed: false, notice: null, masks: [] },
      { id: 'CBD-TRAFFIC-01', listed: false, notice: null, masks },
    ]);
    const position = { pan: 0.25, tilt: -0.5, zoom: 0 };
    const presetMasks = [
      { preset: '1', name: 'Gate', position, masks },
      { preset: '2', name: 'Lane', masks: [] },
    ];
    await zones.save({ id: 'A', listed: false, notice: null, masks: [], presetMasks });
    expect(await zones.find('A')).toMatchObject({ masks: [], presetMasks });
    await zones.save({ id: 'A', listed: false, notice: null, masks: [], presetMasks: [] });
    expect(await zones.find('A')).not.toHaveProperty('presetMasks');
    expect(await zones.remove('A')).toBe(true);
    expect(await zones.find('A')).toBeUndefined();
  });

  test('a fact is taken by one of two who know its value, and added by one of two', async () => {
    const { facts } = await make.open();
    await facts.set('set-up', 'old');
    await facts.set('set-up', 'new');
    expect(await facts.take('set-up', 'old')).toBe(false);
    expect(await facts.get('set-up')).toBe('new');
    const taken = await Promise.all([facts.take('set-up', 'new'), facts.take('set-up', 'new')]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await facts.get('set-up')).toBeUndefined();
    const added = await Promise.all(['0', '1', '2'].map((value) => facts.add('used:a', value)));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await facts.get('used:a')).toBe(`${added.indexOf(true)}`);
    await facts.set('other', 'stays');
    await facts.removeOf('used:');
    expect([await facts.get('used:a'), await facts.get('other')]).toEqual([undefined, 'stays']);
  });

  test('a transaction that fails leaves nothing, and those that come together all happen', async () => {
    const store = await make.open();
    const failed = store.transaction(async ({ people, facts }) => {
      await people.add(person());
      await facts.set('one', '1');
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await store.people.list()).toEqual([]);
    expect(await store.facts.get('one')).toBeUndefined();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.transaction(({ people }) => people.add(person({ name: `Person ${index}` }))),
      ),
    );
    expect(await store.people.list()).toHaveLength(20);
  });

  test('a snapshot sees one moment', async () => {
    const settings = await make.fresh();
    const store = await make.open(settings);
    const other = await make.open(settings);
    await store.facts.set('state', 'before');
    await store.snapshot(async ({ facts }) => {
      expect(await facts.get('state')).toBe('before');
      await other.facts.set('state', 'after');
      expect(await facts.get('state')).toBe('before');
    });
    expect(await store.facts.get('state')).toBe('after');
  });

  test('what was written is there after a restart', async () => {
    const settings = await make.fresh();
    const store = await openStore(settings);
    await store.people.add(person());
    await store.close();
    const reopened = await make.open(settings);
    expect(await reopened.people.findByName('jörg')).toBeDefined();
  });

  test('for reading it changes nothing, and does not make what is missing', async () => {
    const settings = await make.fresh();
    await expect(openStore(settings, { readOnly: true })).rejects.toThrow(/start/);
    const store = await make.open(settings);
    await store.facts.set('a', '1');
    const reader = await openStore(settings, { readOnly: true });
    expect(await reader.facts.get('a')).toBe('1');
    await expect(reader.facts.set('a', '2')).rejects.toThrow(/read-?only/i);
    await reader.close();
  });

  test('a database of a newer version is refused, and left as it is', async () => {
    const settings = await make.fresh();
    await (await openStore(settings)).close();
    await execute(settings, "insert into kysely_migration values ('999-later', 'now')");
    await expect(openStore(settings)).rejects.toThrow(
      /newer version of this program \(999-later\)/,
    );
  });

  test('a database to which a newer version has only added is used as it is', async () => {
    const settings = await make.fresh();
    await (await openStore(settings)).close();
    await execute(settings, "insert into kysely_migration values ('999-later-adds', 'now')");
    const store = await make.open(settings);
    await store.facts.set('a', '1');
    expect(await store.facts.get('a')).toBe('1');
  });

  test('a change that older versions cannot work with waits until none of them runs', async () => {
    const settings = await make.fresh();
    const store = await make.open(settings);
    const run = { id: 'older', machine: '', process: '', startedAt: 1, beats: 1 };
    const later = { '008-later': { up: async () => {} } };
    const check = (known: Record<string, Migration>): Promise<string> =>
      withDatabase(settings, (db) => checkForm(db, true, { ...migrations, ...known }));
    await store.runs.beat({ ...run, seenAt: Date.now() });
    await expect(check(later)).rejects.toThrow(/1 of them ran within the last minute/);
    expect(await check({ '008-later-adds': later['008-later'] })).toBe('older');
    await store.runs.beat({ ...run, seenAt: Date.now() - 61_000 });
    expect(await check(later)).toBe('older');
  });

  test('what a later version may do is nothing here: its roles give no right, and its keys open nothing', async () => {
    const settings = await make.fresh();
    const store = await make.open(settings);
    const [ann, gate] = [person(), key()];
    await store.people.add(ann);
    await store.keys.add(gate);
    await execute(settings, "update person_grants set role = 'auditor'");
    await execute(settings, "update keys set role = 'drone'");
    expect(await store.people.find(ann.id)).toMatchObject({ name: ann.name, grants: [] });
    expect(await store.keys.find(gate.id)).toBeUndefined();
    expect(await store.keys.findBySecretHash(gate.secretHash)).toBeUndefined();
    expect(await store.keys.list()).toEqual([]);
  });

  test('of a zone that was filmed the first and the last time are kept; what made-up names push out is no zone that was there for long', async () => {
    const { filmedZones } = await make.open();
    const hour = 3_600_000;
    await filmedZones.note([{ zone: 'GATE', first: later, last: later + hour }]);
    await filmedZones.note([
      { zone: 'GATE', first: later + 10, last: later + 20 },
      { zone: 'OLD', first: later - hour, last: later - hour },
      ...[1, 2, 3].map((at) => ({
        zone: `MADE-UP-${at}`,
        first: later + 2 * hour,
        last: later + 2 * hour + at,
      })),
    ]);
    const listed = async (): Promise<unknown[]> =>
      (await filmedZones.list()).sort((a, b) => (a.zone < b.zone ? -1 : 1));
    expect((await listed())[0]).toEqual({ zone: 'GATE', first: later, last: later + hour });
    await filmedZones.prune(later, 2);
    expect(await listed()).toMatchObject([{ zone: 'GATE' }, { zone: 'MADE-UP-3' }]);
    expect(await filmedZones.remove('GATE')).toBe(true);
    expect(await filmedZones.remove('GATE')).toBe(false);
  });

  test('events of a zone come newest first, page by page, and only the newest stay', async () => {
    const settings = await make.fresh();
    const { zoneEvents } = await make.open(settings);
    const event = (at: number, zone = 'A-01') =>
      ({ zone, at: later + at, kind: 'motion', state: 'began', source: 'rule 1' }) as const;
    const timesOf = async (zone: string) =>
      (await zoneEvents.page(zone, 500)).map(({ at }) => at - later);
    const times = Array.from({ length: 9 }, (_, at) => at);
    await zoneEvents.add([...times.map((at) => event(at)), event(5), event(3, 'B-01')]);
    await zoneEvents.add([]);
    const first = await zoneEvents.page('A-01', 4);
    const rest = await zoneEvents.page('A-01', 100, first.at(-1)?.id);
    expect([...first, ...rest].map(({ at }) => at - later)).toEqual([8, 7, 6, 5, 5, 4, 3, 2, 1, 0]);
    const { id, ...same } = first[0] ?? {};
    expect(id).toMatch(/^\d{15}/);
    expect(same).toEqual({ at: later + 8, kind: 'motion', state: 'began', source: 'rule 1' });
    expect(await zoneEvents.zonesAbove(5)).toEqual(['A-01']);
    await zoneEvents.keepNewest('A-01', 5);
    expect(await timesOf('A-01')).toEqual([8, 7, 6, 5, 5]);
    await zoneEvents.keepNewest('A-01', 5);
    expect(await zoneEvents.zonesAbove(5)).toEqual([]);
    expect(await zoneEvents.removeBefore(later + 7, 3)).toBe(3);
    expect(await zoneEvents.removeBefore(later + 7, 3)).toBe(1);
    expect([await timesOf('A-01'), await timesOf('B-01')]).toEqual([[8, 7], []]);
    // Of a kind that only a later version knows, nothing is told here.
    await execute(settings, "update zone_events set kind = 'gunshot'");
    expect(await zoneEvents.page('A-01', 100)).toEqual([]);
  });

  test('of bookmarks each owner keeps the newest, and what happened by itself is counted without them', async () => {
    const { happenings } = await make.open();
    const add = (at: number, markedBy?: string) =>
      happenings.add({
        ...{ id: `${later + at}`.padStart(15, '0'), kind: 'bookmark', content: '{}', version: 1 },
        ...{ changedAt: later, acknowledged: null, note: null },
        ...(markedBy === undefined ? {} : { markedBy }),
      });
    for (const at of [1, 2, 3, 4]) await add(at, 'ann');
    for (const at of [5, 6]) await add(at);
    await add(7, 'ben');
    const kept = async (what: 'bookmarks' | 'trouble') =>
      (await happenings.newest(9, what)).map(({ id }) => Number(id) - later);
    await happenings.keepNewestOf('ann', 2);
    expect(await kept('bookmarks')).toEqual([7, 4, 3]);
    await happenings.keepNewest(1);
    expect([await kept('bookmarks'), await kept('trouble')]).toEqual([[7, 4, 3], [6]]);
    expect(await happenings.page(9)).toHaveLength(4);
  });

  if (database === 'SQLite') {
    test('only its user may read folder and file', async () => {
      const settings = await make.fresh();
      await make.open(settings);
      expect(statSync(settings.folder).mode & 0o777).toBe(0o700);
      expect(statSync(path.join(settings.folder, sqliteFile)).mode & 0o777).toBe(0o600);
    });

    test.each([
      ['a folder that cannot be made', '/dev/null/x', 'store.folder'],
      ['an address of something else', 'mysql://root:hidden@localhost/x', 'store.url'],
      ['half an address', 'postgres://name:hidden@', 'store.url'],
      ['a server that is not there', 'postgres://name:hidden@127.0.0.1:9/x', 'cannot be reached'],
    ])('%s is refused in a sentence that tells no password', async (_, where, says) => {
      const settings = where.includes('://')
        ? { url: where, folder: '' }
        : { url: '', folder: where };
      const error: unknown = await openStore(settings).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'StartupError' });
      expect(String(error)).toContain(says);
      expect(String(error)).not.toContain('hidden');
    });

    test('a file that is no database is refused', async () => {
      const settings = await make.fresh();
      mkdirSync(settings.folder);
      writeFileSync(path.join(settings.folder, sqliteFile), 'something else entirely'.repeat(999));
      await expect(openStore(settings)).rejects.toThrow(/store.folder.*not a database/);
    });
  } else {
    test('servers that open an empty database at once all use the same one', async () => {
      const settings = await make.fresh();
      const stores = await Promise.all([1, 2, 3, 4].map(() => make.open(settings)));
      const marks = await Promise.all(stores.map((store) => installationOf(store)));
      expect(new Set(marks).size).toBe(1);
    });

    test('a wrong password is refused in a sentence that does not tell it', async () => {
      const { url, folder } = await make.fresh();
      const wrong = url.replace(/:[^:@]+@/, ':hidden@');
      const error: unknown = await openStore({ url: wrong, folder }).catch((why: unknown) => why);
      expect(error).toMatchObject({ name: 'StartupError' });
      expect(String(error)).toMatch(/store\.url \(postgres:\/\/tester@.*password authentication/);
      expect(String(error)).not.toContain('hidden');
    });
  }
});
