/** Moments that operators mark: who sees them, that they take no place of trouble, and that a shift hands them over. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Changes } from '../../server/access/changes.ts';
import { Audit } from '../../server/audit/audit.ts';
import type { Principal } from '../../server/contract/access.ts';
import { AddBookmark, happeningLimits, isOpen } from '../../server/contract/happening.ts';
import { may } from '../../server/contract/policy.ts';
import { Handovers } from '../../server/handover/handovers.ts';
import { bookmarkOf, newestOf } from '../../server/happenings/bookmark.ts';
import { Happenings } from '../../server/happenings/happenings.ts';
import { kept } from '../../server/happenings/ledger.ts';
import { written } from '../../server/happenings/written.ts';
import { openStore, type Store } from '../../server/store/store.ts';

const hour = 3_600_000;
let folder: string;
let store: Store;
let audit: Audit;
let changes: Changes;
let now: number;
const opened: Happenings[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'bookmarks-'));
  store = await openStore({ url: '', folder });
  audit = new Audit(store);
  changes = new Changes(store, audit, () => {});
});
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await store.happenings.removeBefore('9');
  await store.handovers.keepNewest(0);
  now = Date.now();
});
afterEach(async () => {
  for (const node of opened.splice(0)) await node.close();
});

function openNode(wrote: (ids: string[]) => void = () => {}): Happenings {
  const log = pino({ enabled: false });
  const node = new Happenings({
    ...{ store, changes, log, wrote, now: () => now, isLeaving: () => false },
    isZone: (zone) => /^(CBD|PARK)-\d$/.test(zone),
  });
  opened.push(node);
  return node;
}
const operator = (id: string, zones = '*'): Principal => ({
  kind: 'person',
  ...{ id, name: id, grants: [{ role: 'operator', zones }] },
});
const [ann, ben, paula] = [operator('Ann'), operator('Ben'), operator('Paula', 'PARK-*')];
const by = ({ kind, id, name }: Principal) => ({ actor: { kind, id, name }, address: '192.0.2.1' });
const mark = (
  node: Happenings,
  whose: Principal,
  asked: { zone: string; ago?: number; note?: string },
) => node.bookmark(whose, by(whose), AddBookmark.parse({ ago: 0, ...asked }));

test('a moment is marked by the clock of the server, seen by whoever may watch the zone, and in the audit', async () => {
  const wrote: string[][] = [];
  const node = openNode((ids) => wrote.push(ids));
  const marked = await mark(node, ann, { zone: 'CBD-1', ago: 1500, note: ' Red van \n' });
  expect(marked).toMatchObject({
    ...{ kind: 'bookmark', began: now - 1500, zones: [{ zone: 'CBD-1', since: now - 1500 }] },
    ...{ marked: { by: 'Ann', at: now }, note: { text: 'Red van', by: 'Ann', at: now } },
  });
  // It is nothing that goes on, and nobody has to answer it.
  expect(isOpen(marked)).toBe(false);
  expect(node.newestFor(ben)).toEqual([marked]);
  expect(node.newestFor(paula)).toEqual([]);
  await expect(mark(node, paula, { zone: 'CBD-1' })).rejects.toThrow('may not watch CBD-1');
  await expect(mark(node, ann, { zone: 'CBD-NEVER' })).rejects.toThrow('no zone CBD-NEVER');
  expect(node.newestFor(ann)).toEqual([marked]);
  await node.annotate(ben, by(ben), marked.id, 'Blue van');
  expect(node.newestFor(ann)).toMatchObject([{ note: { text: 'Blue van', by: 'Ben' } }]);
  const { records } = await audit.page({ limit: 10 }, { zonePatterns: ['*'], site: true });
  const told = records.find(({ action }) => action === 'bookmarked');
  expect(told).toMatchObject({ zone: 'CBD-1', actor: { name: 'Ann' } });
  expect(told?.detail).toMatchObject({ moment: now - 1500, note: 'Red van' });

  // Another node reads it when it is told, and one that begins anew has it too.
  const [other, later] = [openNode(), openNode()];
  await other.reread(wrote.flat());
  await later.open();
  for (const one of [other, later]) expect(one.newestFor(ann)).toEqual(node.newestFor(ann));
});

test('a moment of the future, or of another shift, is none that was seen now', () => {
  const fits = (ago: number, more = {}) =>
    AddBookmark.safeParse({ zone: 'CBD-1', ago, ...more }).success;
  expect(fits(happeningLimits.bookmarkAge)).toBe(true);
  expect(fits(-1)).toBe(false);
  expect(fits(happeningLimits.bookmarkAge + 1)).toBe(false);
  expect(fits(0, { note: 'x'.repeat(happeningLimits.note + 1) })).toBe(false);
  expect(fits(0, { zone: 'no zone' })).toBe(false);
});

test('whoever answers what happened may mark; who only watches, films or hangs on a wall may not', () => {
  for (const [role, allowed] of [
    ...[['operator', true] as const, ['supervisor', true] as const],
    ...[['viewer', false] as const, ['camera', false] as const, ['wall', false] as const],
  ]) {
    const one: Principal = { ...ann, grants: [{ role, zones: '*' }] };
    expect(may(one, 'happenings:answer'), role).toBe(allowed);
  }
});

test('each person has so many, and none takes the place of trouble', async () => {
  const { bookmarks, firstBookmarks, page } = happeningLimits;
  const before = openNode();
  before.noticed('CBD-9', { kind: 'tamper', state: 'began', at: now - hour });
  await before.close();
  await store.transaction(async ({ happenings }) => {
    for (let at = now - bookmarks; at < now; at += 1) {
      const made = bookmarkOf({ zone: 'CBD-2', moment: at, at, by: ann.name, note: '' });
      await happenings.add({ ...written(made, at), markedBy: ann.id });
    }
  });
  const node = openNode();
  await node.open();
  await mark(node, ben, { zone: 'CBD-1' });
  now += 1;
  const last = await mark(node, ann, { zone: 'CBD-2' });
  const stored = await store.happenings.newest(500, 'bookmarks');
  expect(stored.map(({ markedBy }) => markedBy)).toEqual([
    ...[ann.id, ben.id],
    ...Array.from({ length: bookmarks - 1 }, () => ann.id),
  ]);
  const told = node.newestFor(ann);
  expect(told[0]).toEqual(last);
  expect(told.filter(({ kind }) => kind === 'bookmark')).toHaveLength(firstBookmarks);
  expect(told.at(-1)).toMatchObject({ kind: 'camera-tampered' });
  expect((await node.page(ann, page)).happenings[0]).toEqual(last);
  await store.happenings.keepNewest(1);
  expect(await store.happenings.newest(500, 'bookmarks')).toHaveLength(stored.length);
  await node.purge(now + kept.days * 24 * hour + hour);
  expect(await store.happenings.newest(500, 'bookmarks')).toEqual([]);
});

test('of both the newest are told, in their order', () => {
  const one = (kind: 'bookmark' | 'zones-lost') => ({ kind });
  const [bookmark, trouble] = [one('bookmark'), one('zones-lost')];
  expect(newestOf([bookmark, bookmark, trouble, bookmark, trouble, trouble], 3, 1)).toEqual([
    ...[bookmark, trouble, trouble],
  ]);
});

test('a shift hands over what was marked in it, and nothing of the shift before', async () => {
  const node = openNode();
  const handovers = new Handovers({
    ...{ store, changes, now: () => now },
    happenings: (whom) => node.newestFor(whom),
  });
  await mark(node, ann, { zone: 'CBD-1', note: 'Red van' });
  await mark(node, ann, { zone: 'PARK-1' });
  now += hour;
  const first = await handovers.begin(ann, by(ann), { text: '' });
  expect(first).toMatchObject({ open: [], bookmarks: [{}, { note: { text: 'Red van' } }] });
  const seen = (await handovers.list(paula))[0]?.bookmarks.flatMap(({ zones }) => zones);
  expect(seen).toMatchObject([{ zone: 'PARK-1' }]);
  await handovers.confirm(ben, by(ben), first.id, {});
  now += hour;
  // A picture that stood still since the shift before is marked in this one.
  await mark(node, ben, { zone: 'CBD-2', ago: 3 * hour });
  const second = await handovers.begin(ben, by(ben), { text: '' });
  expect(second.bookmarks).toMatchObject([{ zones: [{ zone: 'CBD-2' }], marked: { by: 'Ben' } }]);
});
