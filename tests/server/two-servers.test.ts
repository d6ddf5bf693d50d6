/** Two servers on one store, as during an upgrade: what is changed through one holds at the other. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { sqliteFile } from '../../server/store/sqlite.ts';
import { lockStore } from '../support/store-lock.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, join, password, setUp, Visitor } from '../support/visitor.ts';

const masks = [
  {
    points: [
      { x: 0.1, y: 0.1 },
      { x: 0.4, y: 0.1 },
      { x: 0.4, y: 0.5 },
    ],
  },
];
/** A change is to be heard of within this time, ms. */
const soon = 3000;

let store: string;
let here: RunningServer;
let there: RunningServer;
/** The administrator, at each of the two. */
let ada: Visitor;
let adaThere: Visitor;
let open: Client[] = [];
const opened = (client: Client): Client => {
  open.push(client);
  return client;
};
const claim = (client: Client, zone: string, canMask: boolean) =>
  client.ask('claim', { zone, label: 'gate', masks: canMask });

beforeAll(async () => {
  store = mkdtempSync(path.join(tmpdir(), 'surveillance-shared-'));
  const settings = { TLS_ENABLED: 'false', ACCESS_MODE: 'accounts', STORE_FOLDER: store };
  here = await startServer(settings);
  there = await startServer(settings);
  // The set-up is done through one of them, while the other waits for it too.
  ada = await setUp({ ...here, setUpLink: there.setUpLink });
});
afterEach(() => {
  for (const client of open) client.close();
  open = [];
});
afterAll(async () => {
  await here?.stop();
  await there?.stop();
  rmSync(store, { recursive: true, force: true });
});

test('the set-up through one, with the link of the other, opens both at once, and no link is good any more', async () => {
  expect(there.setUpLink).toBeDefined();
  adaThere = new Visitor(there.url);
  expect((await adaThere.signIn('Ada')).status).toBe(200);
  const { pathname, search } = new URL(there.setUpLink ?? '');
  const late = new Visitor(there.url);
  const { headers } = await late.ask('GET', pathname + search);
  expect(headers.get('location')).toBe('/sign-in');
  const reply = await late.ask('POST', '/api/set-up', { name: 'Eve', password });
  expect(reply).toMatchObject({ code: 'sign-in-failed' });
});

test('masks that are drawn through one are heard by a camera of the other, and end one that cannot follow', async () => {
  const [able, unable] = [opened(adaThere.socket()), opened(adaThere.socket())];
  await able.connected();
  expect((await claim(able, 'CBD-ABLE-01', true)).masks).toEqual([]);
  expect((await claim(unable, 'CBD-UNABLE-01', false)).ok).toBe(true);
  for (const zone of ['CBD-ABLE-01', 'CBD-UNABLE-01', 'CBD-NEXT-01']) {
    await ada.request('PUT', `/api/zones/${zone}`, { masks });
  }
  // Whoever begins now is held to them at once.
  const next = opened(adaThere.socket());
  expect((await claim(next, 'CBD-NEXT-01', false)).error?.code).toBe('masks-required');
  await expect
    .poll(() => able.heard('masks:changed'), { timeout: soon })
    .toEqual([{ zone: 'CBD-ABLE-01', masks }]);
  await expect
    .poll(() => unable.heard('session:ended'), { timeout: soon })
    .toMatchObject([{ code: 'masks-required' }]);
  await ada.request('PUT', '/api/zones/CBD-ABLE-01', { masks: [] });
  await expect
    .poll(() => able.heard('masks:changed').at(-1), { timeout: soon })
    .toEqual({ zone: 'CBD-ABLE-01', masks: [] });
});

test('a camera does not begin while its masks cannot be known', async () => {
  const camera = opened(adaThere.socket());
  await camera.connected();
  const unlock = lockStore(path.join(store, sqliteFile));
  try {
    expect((await claim(camera, 'CBD-LOCKED-01', true)).error?.code).toBe('unavailable');
  } finally {
    unlock();
  }
  await expect
    .poll(async () => (await claim(camera, 'CBD-LOCKED-01', true)).ok, { timeout: soon })
    .toBe(true);
});

test('whoever may not take masks away takes no zone away whose masks were drawn through the other this moment', async () => {
  const sam = await join(here, ada, 'Sam', [{ role: 'supervisor', zones: '*' }]);
  for (const [zone, drawn, code] of [
    ['CBD-DRAWN-01', masks, 'forbidden'],
    ['CBD-BARE-01', [], undefined],
  ] as const) {
    await ada.request('POST', '/api/zones', { id: zone });
    await ada.request('PUT', `/api/zones/${zone}`, { masks: drawn });
    expect((await sam.at(there).ask('DELETE', `/api/zones/${zone}`)).code).toBe(code);
  }
});

test('zones that are listed and taken off through one come and go at the other', async () => {
  const console = opened(adaThere.socket());
  await console.connected();
  await ada.request('PUT', '/api/zones/CBD-LISTED-01', {
    notice: {
      purpose: 'Market',
      controller: 'City',
      retention: '',
      legal_basis: '',
      contact: 'dpo@example.org',
    },
  });
  await ada.request('POST', '/api/zones', { id: 'CBD-LISTED-01' });
  const told = (): string => JSON.stringify(console.heard('zones:changed'));
  await expect.poll(told, { timeout: soon }).toContain('"id":"CBD-LISTED-01"');
  expect((await adaThere.ask('GET', '/api/zones/CBD-LISTED-01/notice')).body).toMatchObject({
    notice: { purpose: 'Market' },
  });
  await ada.request('DELETE', '/api/zones/CBD-LISTED-01');
  await expect.poll(told, { timeout: soon }).toContain('"gone":["CBD-LISTED-01"]');
});

test('rights, keys and sign-ins that are withdrawn through one end at the other', async () => {
  const key = await ada.addKey('camera', 'CBD-*');
  const device = await enrol(there, key);
  const camera = opened(device.socket());
  await camera.connected();
  const bob = await ada.addPerson('Bob', [{ role: 'supervisor', zones: 'CBD-*' }]);
  const bobThere = new Visitor(there.url);
  expect((await bobThere.signIn('Bob', password)).status).toBe(200);
  const desk = opened(bobThere.socket());
  await desk.connected();
  expect((await claim(camera, 'CBD-GATE-01', true)).ok).toBe(true);
  await ada.request('DELETE', `/api/keys/${key.key.id}`);
  await ada.request('DELETE', `/api/people/${bob.id}`);
  for (const client of [camera, desk]) {
    await expect
      .poll(() => client.heard('session:ended'), { timeout: soon })
      .toMatchObject([{ code: 'unauthenticated' }]);
  }
});
