/** What happened: when it is told, what belongs together, who sees it and who answers it. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Changes } from '../../server/access/changes.ts';
import { Audit } from '../../server/audit/audit.ts';
import { Company } from '../../server/cluster/directory/company.ts';
import type { NodeRecord } from '../../server/cluster/directory/nodes.ts';
import type { Principal, Role } from '../../server/contract/access.ts';
import { AnnotateHappening, happeningLimits, isOpen } from '../../server/contract/happening.ts';
import { anyone } from '../../server/contract/policy.ts';
import type { CameraState } from '../../server/contract/zone.ts';
import { Handovers } from '../../server/handover/handovers.ts';
import { Happenings, type HappeningsParts } from '../../server/happenings/happenings.ts';
import { kept } from '../../server/happenings/ledger.ts';
import { Grouping } from '../../server/happenings/grouping.ts';
import { begin, beginOfId, lose } from '../../server/happenings/record.ts';
import { openStore, type Store } from '../../server/store/store.ts';

const log = pino({ enabled: false });
let folder: string;
let store: Store;
let audit: Audit;
let changes: Changes;
let happenings: Happenings;
let leaving: boolean;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'happenings-'));
  store = await openStore({ url: '', folder });
  audit = new Audit(store);
  changes = new Changes(store, audit, () => {});
});
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true });
});

/** It cannot be used: what happens is told all the same. */
const away = {
  happenings: {
    find: () => Promise.reject(new Error('the store is away')),
  },
} as unknown as Store;

const opened: Happenings[] = [];
const open = (more: Partial<HappeningsParts> = {}): Happenings => {
  const one = new Happenings({
    ...{ store: away, changes, log, now: () => Date.now(), isLeaving: () => leaving },
    ...{ isZone: () => true, ...more },
  });
  opened.push(one);
  return one;
};
beforeEach(async () => {
  await store.happenings.keepNewest(0);
  await store.handovers.keepNewest(0);
  leaving = false;
  vi.useFakeTimers();
  happenings = open();
});
afterEach(async () => {
  vi.useRealTimers();
  for (const one of opened.splice(0)) await one.close();
});

const pass = (time: number) => vi.advanceTimersByTimeAsync(time);
const set = (id: string, cameraHere: CameraState, leftByChoice = false): void =>
  happenings.zoneChanged({ id, cameraHere, leftByChoice });
const up = (...zones: string[]): void => zones.forEach((id) => set(id, 'streaming'));
const down = (...zones: string[]): void => zones.forEach((id) => set(id, 'idle'));
const all = (whom: Principal = anyone) => happenings.newestFor(whom);
const holder = (id: string, role: Role, zones = '*'): Principal => ({
  kind: 'person',
  ...{ id, name: id, grants: [{ role, zones }] },
});
const [ann, ben, paula] = [
  holder('Ann', 'operator'),
  holder('Ben', 'operator'),
  holder('Paula', 'operator', 'PARK-*'),
];
const by = ({ kind, id, name }: Principal) => ({ actor: { kind, id, name }, address: '192.0.2.1' });
const inAudit = async (): Promise<string[]> => {
  const { records } = await audit.page({ limit: 50 }, { zonePatterns: ['*'], site: true });
  return records.map(({ action }) => action);
};

test('a loss is told after a moment of patience, with when it began, and when it was over', async () => {
  up('CBD-1');
  const lostAt = Date.now();
  down('CBD-1');
  await pass(2900);
  expect(all()).toEqual([]);
  await pass(300);
  expect(all()).toMatchObject([
    { kind: 'zones-lost', began: lostAt, zones: [{ zone: 'CBD-1', since: lostAt, times: 1 }] },
  ]);
  expect(all()[0]).not.toHaveProperty('ended');
  await pass(5000);
  up('CBD-1');
  expect(all()).toMatchObject([{ ended: lostAt + 8200, zones: [{ back: lostAt + 8200 }] }]);
});

test('who reloads the page or changes the network is not missed', async () => {
  up('CBD-1');
  down('CBD-1');
  await pass(2000);
  up('CBD-1');
  set('CBD-1', 'connecting');
  await pass(2000);
  up('CBD-1');
  await pass(20_000);
  expect(all()).toEqual([]);
});

test('a camera that sends nothing is stalled, and told as lost once it is gone', async () => {
  up('CBD-1');
  set('CBD-1', 'stalled');
  await pass(3100);
  expect(all()).toMatchObject([{ kind: 'zones-stalled' }]);
  down('CBD-1');
  await pass(3200);
  expect(all().filter(({ ended }) => ended === undefined)).toMatchObject([{ kind: 'zones-lost' }]);
});

test('what a person ends, and what a server hands over, is no alarm', async () => {
  up('CBD-1', 'CBD-2');
  set('CBD-1', 'idle', true);
  await pass(5000);
  expect(all()).toMatchObject([{ kind: 'zones-ended', zones: [{ zone: 'CBD-1' }] }]);
  expect(all().filter(isOpen)).toEqual([]);
  leaving = true;
  down('CBD-2');
  await pass(5000);
  expect(all()).toHaveLength(1);
});

test('a camera that comes back at another node is not lost', async () => {
  happenings = open({ elsewhere: async (zones) => new Set(zones.filter((id) => id === 'CBD-1')) });
  up('CBD-1', 'CBD-2');
  down('CBD-1', 'CBD-2');
  await pass(3200);
  expect(all()).toMatchObject([{ zones: [{ zone: 'CBD-2' }] }]);
});

test('forty cameras lost at once are one happening, of which each sees their own', async () => {
  const zones = Array.from({ length: 40 }, (_, at) => `${at < 10 ? 'PARK' : 'CBD'}-${at + 10}`);
  up(...zones);
  down(...zones.slice(0, 20));
  await pass(2000);
  down(...zones.slice(20));
  await pass(3200);
  expect(all()).toHaveLength(1);
  expect(all()[0]?.zones).toHaveLength(40);
  expect(all(paula)[0]?.zones).toHaveLength(10);
  expect(all(holder('Quentin', 'operator', 'QUAY-*'))).toEqual([]);
  up(...zones.slice(1));
  expect(all()[0]).not.toHaveProperty('ended');
  up('PARK-10');
  expect(all()[0]).toHaveProperty('ended');
});

test('what is lost later is another happening', async () => {
  up('CBD-1', 'CBD-2');
  down('CBD-1');
  await pass(15_000);
  down('CBD-2');
  await pass(3500);
  expect(all()).toHaveLength(2);
});

test('what is lost after somebody has acknowledged the others is another happening', () => {
  const grouping = new Grouping();
  const crowd = begin({ kind: 'zones-lost', at: 1000 });
  lose(crowd, 'CBD-1', 1000);
  grouping.take(crowd);
  expect(grouping.placeOf('zones-lost', 'CBD-2', 2000)).toBe(crowd);
  crowd.acknowledged = { by: 'Ann', at: 1500 };
  expect(grouping.placeOf('zones-lost', 'CBD-2', 2000)?.zones.size).toBe(0);
});

test('a zone that comes and goes is told once, with how often', async () => {
  for (let time = 0; time < 7; time += 1) {
    up('CBD-1');
    await pass(30_000);
    down('CBD-1');
    await pass(4000);
  }
  expect(all()).toMatchObject([{ zones: [{ zone: 'CBD-1', times: 7 }] }]);
  expect(all()[0]).not.toHaveProperty('ended');
  up('CBD-1');
  await pass(700_000);
  down('CBD-1');
  await pass(4000);
  expect(all()).toHaveLength(2);
});

test('a gateway takes its cameras with it into one happening', async () => {
  up('CBD-1', 'CBD-2', 'PARK-1');
  happenings.gatewayGone('shed', ['CBD-1', 'CBD-2']);
  await pass(1000);
  down('CBD-1', 'CBD-2');
  await pass(4000);
  expect(all()).toMatchObject([
    { kind: 'gateway-gone', subject: 'shed', zones: [{ zone: 'CBD-1' }, { zone: 'CBD-2' }] },
  ]);
  expect(all(paula)).toEqual([]);
  happenings.gatewayCame('shed');
  expect(all()[0]).not.toHaveProperty('ended');
  up('CBD-1', 'CBD-2');
  expect(all()[0]).toHaveProperty('ended');
  happenings.gatewayGone('shed', []);
  happenings.gatewayCame('shed');
  await pass(4000);
  expect(all()).toHaveLength(1);
});

test('of what cameras notice, tampering alone is told', () => {
  const at = Date.now();
  happenings.noticed('CBD-1', { kind: 'motion', state: 'began', at });
  happenings.noticed('CBD-1', { kind: 'tamper', state: 'began', at });
  expect(all()).toMatchObject([{ kind: 'camera-tampered', zones: [{ zone: 'CBD-1' }] }]);
  happenings.noticed('CBD-1', { kind: 'tamper', state: 'ended', at });
  expect(all()[0]).toHaveProperty('ended');
});

test('a lost node is told once, by one of the others, and not when it leaves in order', () => {
  const told: string[] = [];
  const node = (name: string, boot: string) => ({ name, boot, draining: false }) as NodeRecord;
  const known = (...nodes: NodeRecord[]) => new Map(nodes.map((one) => [one.name, one]));
  const [north, south, west] = [node('north', 'n'), node('south', 's'), node('west', 'w')];
  const companies = ['north', 'south'].map(
    (name) =>
      new Company(name, ({ lost }) =>
        told.push(...lost.map((one) => `${name} misses ${one.name}`)),
      ),
  );
  const look = (...nodes: NodeRecord[]) => companies.forEach((one) => one.look(known(...nodes)));
  look(north, south, west);
  look(north, south);
  look(north, south, west);
  look(north, south);
  look(north, south);
  expect(told).toEqual([]);
  look(north, south);
  look(north, south);
  expect(told).toEqual(['north misses west']);
  look(north, south, west);
  companies.forEach((one) => one.leaves('w'));
  for (let time = 0; time < 5; time += 1) look(north, south);
  expect(told).toHaveLength(1);
  happenings.nodeLost('west', 'boot-of-west-1');
  happenings.nodeLost('west', 'boot-of-west-1');
  expect(all()).toMatchObject([{ kind: 'node-lost', subject: 'west' }]);
  happenings.nodeCame('west');
  expect(all()[0]).toHaveProperty('ended');
});

/** With the store, in real time; tampering is told at once. */
function withStore(more: Partial<HappeningsParts> = {}): void {
  vi.useRealTimers();
  happenings = open({ store, ...more });
}
const tamper = (zone: string, state: 'began' | 'ended'): void =>
  happenings.noticed(zone, { kind: 'tamper', state, at: Date.now() });

test('answers are seen at each node, stand in the audit, and belong to who may see the zones', async () => {
  const wrote: string[][] = [];
  withStore({ wrote: (ids) => wrote.push(ids) });
  const other = open({ store });
  tamper('CBD-1', 'began');
  const [id = ''] = all().map((one) => one.id);
  await expect.poll(() => store.happenings.find(id)).toBeDefined();
  await expect(happenings.acknowledge(paula, by(paula), [id])).rejects.toThrow('no such');
  await happenings.acknowledge(ann, by(ann), [id]);
  await happenings.acknowledge(ben, by(ben), [id]);
  const { note } = AnnotateHappening.parse({ note: ' Truck\u202e \n before the\tlens ' });
  await happenings.annotate(ben, by(ben), id, note);
  await other.reread([id]);
  expect(other.newestFor(anyone)).toMatchObject([
    { acknowledged: { by: 'Ann' }, note: { by: 'Ben', text: 'Truck\nbefore the lens' } },
  ]);
  // What its node writes of it meanwhile keeps the answers.
  tamper('CBD-1', 'ended');
  await expect.poll(async () => (await store.happenings.find(id))?.content).toContain('"ended"');
  await other.refresh();
  expect(other.newestFor(anyone)).toMatchObject([
    { acknowledged: { by: 'Ann' }, note: { by: 'Ben' }, ended: expect.any(Number) as number },
  ]);
  expect(wrote.flat()).toContain(id);
  const told = await inAudit();
  expect(told.filter((action) => action === 'happening-acknowledged')).toHaveLength(1);
  expect(told).toContain('happening-annotated');
});

test('a node that begins anew knows what was open', async () => {
  withStore();
  tamper('CBD-1', 'began');
  await happenings.close();
  happenings = open({ store });
  await happenings.open();
  expect(all()).toMatchObject([{ kind: 'camera-tampered' }]);
  tamper('CBD-1', 'ended');
  expect(all()[0]).toHaveProperty('ended');
});

test('what is kept is bounded, by zones, number and age', async () => {
  const zones = Array.from({ length: happeningLimits.zones + 20 }, (_, at) => `CBD-${at}`);
  up(...zones);
  down(...zones);
  await pass(3200);
  expect(all().map((one) => one.zones.length)).toEqual([20, happeningLimits.zones]);
  withStore();
  tamper('CBD-1', 'began');
  await expect.poll(() => store.happenings.page(5)).toHaveLength(1);
  await happenings.purge(Date.now() + kept.days * 86_400_000);
  expect(await store.happenings.page(5)).toEqual([]);
  expect(all()).toEqual([]);
  for (const at of [1, 2, 3]) {
    const row = { kind: 'zones-lost', content: '{}', version: 1, changedAt: 1 };
    await store.happenings.add({ id: beginOfId(at), ...row, acknowledged: null, note: null });
  }
  await store.happenings.keepNewest(2);
  expect(await store.happenings.page(5)).toHaveLength(2);
  expect(AnnotateHappening.safeParse({ note: 'x'.repeat(501) }).success).toBe(false);
});

test('a shift is handed over by two: who leaves writes it, who comes confirms it', async () => {
  withStore();
  tamper('CBD-1', 'began');
  tamper('PARK-1', 'began');
  const handovers = new Handovers({
    ...{ store, changes, now: () => Date.now() },
    happenings: (whom) => happenings.newestFor(whom),
  });
  const written = await handovers.begin(ann, by(ann), { text: 'Lens of CBD-1 is being cleaned.' });
  expect(written).toMatchObject({ own: true, open: [{ zones: [{ zone: 'PARK-1' }] }, {}] });
  await expect(handovers.begin(ben, by(ben), { text: '' })).rejects.toThrow('Ann is handing over');
  await expect(handovers.confirm(ann, by(ann), written.id, {})).rejects.toThrow('sign-in of their');
  await expect(handovers.withdraw(ben, by(ben), written.id)).rejects.toThrow('Only Ann');
  expect((await handovers.list(paula))[0]?.open[0]?.zones).toMatchObject([{ zone: 'PARK-1' }]);
  const done = await handovers.confirm(ben, by(ben), written.id, {});
  expect(done).toMatchObject({ from: { name: 'Ann' }, to: { name: 'Ben' }, own: false });
  await expect(handovers.withdraw(ann, by(ann), written.id)).rejects.toThrow('meanwhile');
  expect(await inAudit()).toEqual(expect.arrayContaining(['handover-begun', 'handover-confirmed']));

  // Without accounts, names tell people apart.
  await expect(handovers.begin(anyone, by(anyone), { text: '' })).rejects.toThrow('Say your name');
  const open = await handovers.begin(anyone, by(anyone), { text: '', name: 'Ann' });
  const confirm = (name: string) => handovers.confirm(anyone, by(anyone), open.id, { name });
  await expect(confirm('ann')).rejects.toThrow('sign-in of their own');
  expect(await confirm('Ben')).toMatchObject({ to: { name: 'Ben' } });
});
