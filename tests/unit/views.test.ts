/** Views: who sees, shares and changes them; over a database of their own. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Audit } from '../../server/audit/audit.ts';
import type { Principal, Role } from '../../server/contract/access.ts';
import { anyone } from '../../server/contract/policy.ts';
import { SaveView, viewLimits, type View } from '../../server/contract/view.ts';
import { openStore, type Store } from '../../server/store/store.ts';
import { Views } from '../../server/views/views.ts';

let folder: string;
let store: Store;
let audit: Audit;
let views: Views;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'views-'));
  store = await openStore({ url: '', folder });
  audit = new Audit(store);
  views = new Views(store, audit);
});
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true });
});

const holder = (id: string, role: Role, zones = 'CBD-*'): Principal => ({
  kind: role === 'wall' || role === 'camera' ? 'key' : 'person',
  ...{ id, name: id, grants: [{ role, zones }] },
});
const [sue, oscar, vera] = [
  holder('Sue', 'supervisor'),
  holder('Oscar', 'operator'),
  holder('Vera', 'viewer', '*'),
];
const lobby = holder('Lobby', 'wall');

const by = ({ kind, id, name }: Principal) => ({ actor: { kind, id, name }, address: '192.0.2.1' });
const view = (name: string, more: Partial<View> = {}) =>
  SaveView.parse({ name, zones: 'CBD-*', layout: '4', ...more });
const add = (who: Principal, name: string, sharedWith: Role[] = []): Promise<View> =>
  views.add(who, by(who), view(name, { sharedWith }));
const namesOf = async (who: Principal): Promise<string[]> =>
  (await views.list(who)).map(({ name }) => name);
const changing = ({ name, version }: View, more: Partial<View> = {}) => ({
  ...view(name, more),
  version,
});

test('what is private is seen by its owner alone; what is shared, by its roles', async () => {
  await add(oscar, 'My corner');
  await add(sue, 'Night', ['operator', 'wall']);
  expect(await namesOf(oscar)).toEqual(['My corner', 'Night']);
  expect(await namesOf(lobby)).toEqual(['Night']);
  expect(await namesOf(vera)).toEqual([]);
  expect((await views.list(oscar)).map(({ mayChange }) => mayChange)).toEqual([true, false]);
});

test('who may not share is told so, and changes nothing of what is shared', async () => {
  await expect(add(oscar, 'For all', ['viewer'])).rejects.toMatchObject({ code: 'forbidden' });
  const [shared] = (await views.list(lobby)) as [View];
  const mine = { ...changing(shared), zones: 'PARK-*' };
  await expect(views.change(oscar, by(oscar), shared.id, mine)).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(views.remove(oscar, by(oscar), shared.id)).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(views.find(vera, shared.id)).rejects.toMatchObject({ code: 'not-found' });
  expect(await views.find(lobby, shared.id)).toMatchObject({ zones: 'CBD-*', version: 1 });
});

test('of two who change one version, the second is told', async () => {
  const made = await add(sue, 'Two editors', ['supervisor']);
  const first = await views.change(
    sue,
    by(sue),
    made.id,
    changing(made, { sharedWith: ['viewer'] }),
  );
  expect(first).toMatchObject({ version: 2, sharedWith: ['viewer'] });
  await expect(
    views.change(sue, by(sue), made.id, changing(made, { zones: 'PARK-*' })),
  ).rejects.toMatchObject({ code: 'changed-meanwhile' });
  expect(await views.find(vera, made.id)).toMatchObject({ zones: 'CBD-*' });
});

test('a name is one view of its owner, and one of the site', async () => {
  await add(oscar, 'Bridges');
  await expect(add(oscar, 'bridges')).rejects.toMatchObject({ code: 'name-taken' });
  await add(sue, 'Bridges', ['operator']);
  await expect(add(sue, 'BRIDGES', ['viewer'])).rejects.toMatchObject({ code: 'name-taken' });
});

test('sharing, changing and removing what is shared are in the audit; what is private is not', async () => {
  const made = await add(sue, 'Recorded', ['wall']);
  const changed = await views.change(
    ...([sue, by(sue), made.id, changing(made, { sharedWith: ['wall'], layout: '9' })] as const),
  );
  const mine = await views.change(sue, by(sue), made.id, changing(changed));
  await views.remove(sue, by(sue), mine.id);
  const { records } = await audit.page(
    { actor: 'sue', limit: 100 },
    { zonePatterns: ['*'], site: true },
  );
  const about = records.filter(({ detail }) => detail?.view === 'Recorded');
  expect(about.map(({ action }) => action).reverse()).toEqual([
    'view-shared',
    'view-changed',
    'view-made-private',
  ]);
  expect(await views.list(lobby)).not.toContainEqual(expect.objectContaining({ name: 'Recorded' }));
});

test('nobody keeps more than so many', async () => {
  const anna = holder('Anna', 'viewer');
  for (let n = 0; n < viewLimits.private; n += 1) await add(anna, `View ${n}`);
  await expect(add(anna, 'One more')).rejects.toMatchObject({ code: 'throttled' });
  await store.views.removePrivateOf(anna.id);
  expect((await views.list(anna)).filter(({ mayChange }) => mayChange)).toEqual([]);
});

test('without accounts a view is for everybody', async () => {
  const made = await views.add(anyone, by(anyone), view('Open'));
  expect(made.sharedWith).toContain('viewer');
  expect(await namesOf(vera)).toContain('Open');
});
