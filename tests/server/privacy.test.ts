/** Who may change masks and notices, and what becomes of cameras that cannot follow. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ManagedZone } from '../../server/contract/api.ts';
import type { AuditPage } from '../../server/contract/audit.ts';
import type { Masks, ZoneNotice } from '../../server/contract/privacy.ts';
import { rtpCapabilities, tile, type Client } from '../support/client.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { join, setUp, Visitor } from '../support/visitor.ts';

const masks: Masks = [
  {
    points: [
      { x: 0.1, y: 0.1 },
      { x: 0.4, y: 0.1 },
      { x: 0.4, y: 0.5 },
    ],
  },
];
const notice: ZoneNotice = {
  purpose: 'Night market',
  controller: 'City of Example',
  retention: '',
  legal_basis: '',
  contact: 'dpo@example.org',
};

let server: RunningServer;
let ada: Visitor;
let supervisor: Visitor;
let operator: Visitor;
let installer: Visitor;
let open: { close(): void }[] = [];
const opened = <T extends { close(): void }>(one: T): T => {
  open.push(one);
  return one;
};
const change = (visitor: Visitor, zone: string, body: object) =>
  visitor.ask('PUT', `/api/zones/${zone}`, body);
const claim = (client: Client, zone: string, canMask?: boolean) =>
  client.ask('claim', {
    zone,
    label: 'gate',
    ...(canMask === undefined ? {} : { masks: canMask }),
  });

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
  ada = await setUp(server);
  supervisor = await join(server, ada, 'Sam', [{ role: 'supervisor', zones: '*' }]);
  operator = await join(server, ada, 'Olga', [{ role: 'operator', zones: 'CBD-*' }]);
  installer = await join(server, ada, 'Ines', [{ role: 'installer', zones: 'CBD-*' }]);
});
afterEach(() => {
  for (const one of open) one.close();
  open = [];
});
afterAll(async () => {
  await server?.stop();
});

test('administrators alone draw masks, supervisors write notices, operators read them', async () => {
  const zone = 'CBD-ROLES-01';
  expect((await change(operator, zone, { masks })).status).toBe(403);
  expect((await change(operator, zone, { notice })).status).toBe(403);
  expect((await change(supervisor, zone, { masks })).status).toBe(403);
  expect((await change(supervisor, zone, { masks: [], notice })).status).toBe(403);
  expect((await change(new Visitor(server.url), zone, { masks })).status).toBe(401);
  expect((await change(supervisor, zone, { notice })).status).toBe(200);
  expect((await change(ada, zone, { masks })).body).toMatchObject({ id: zone, masks, notice });
  const read = (zone: string) => operator.ask('GET', `/api/zones/${zone}/notice`);
  // What a zone leaves empty is said by the configuration.
  expect((await read(zone)).body).toMatchObject({
    zone,
    notice: { ...notice, retention: expect.stringContaining('nothing is recorded') as string },
  });
  expect((await read('PARK-01')).status).toBe(403);
});

test('an installer draws masks in the granted zones, and changes nothing else of a zone', async () => {
  const zone = 'CBD-ROLES-02';
  expect((await change(installer, zone, { masks })).body).toMatchObject({ id: zone, masks });
  for (const body of [{ notice }, { masks, notice }, { masks, maxBitrate: 300_000 }, {}]) {
    expect(await change(installer, zone, body)).toMatchObject({ status: 403, code: 'forbidden' });
  }
  expect((await change(installer, 'PARK-01', { masks })).status).toBe(403);
  expect((await installer.ask('DELETE', `/api/zones/${zone}`)).status).toBe(403);
  expect((await installer.ask('POST', '/api/zones', { id: 'CBD-ROLES-03' })).status).toBe(403);
  const zones = await ada.request<ManagedZone[]>('GET', '/api/zones');
  expect(zones.find(({ id }) => id === zone)).toMatchObject({ masks, notice: null });
});

test('an installer films in the granted zones with masks, and sees the picture', async () => {
  const zone = 'CBD-INSTALLED-01';
  const camera = opened(installer.socket());
  expect(await claim(camera, zone, true)).toMatchObject({ ok: true });
  const screen = opened(installer.socket());
  expect(await screen.ask('watch', { tiles: [tile(zone)], rtpCapabilities })).toMatchObject({
    ok: true,
  });
  expect(await screen.ask('snapshot', { zone })).toMatchObject({
    ok: false,
    error: { code: 'forbidden' },
  });
  expect(await claim(opened(installer.socket()), 'PARK-01', true)).toMatchObject({
    ok: false,
    error: { code: 'forbidden' },
  });
});

test('a supervisor cannot take masks away by taking the zone off the list', async () => {
  const zone = 'CBD-LISTED-01';
  await supervisor.request('POST', '/api/zones', { id: zone });
  await ada.request('PUT', `/api/zones/${zone}`, { masks });
  expect((await supervisor.ask('DELETE', `/api/zones/${zone}`)).status).toBe(403);
  await ada.request('DELETE', `/api/zones/${zone}`);
  const zones = await ada.request<ManagedZone[]>('GET', '/api/zones');
  expect(zones.map(({ id }) => id)).not.toContain(zone);
});

test('a listed zone is shown while nobody is in it, also after a restart', async () => {
  const zone = 'CBD-LISTED-02';
  await supervisor.request('POST', '/api/zones', { id: zone.toLowerCase() });
  await ada.request('PUT', `/api/zones/${zone}`, { masks });
  await server.restart();
  const client = opened(operator.socket());
  await expect.poll(() => JSON.stringify(client.heard('zones'))).toContain(zone);
  const camera = opened(ada.socket());
  expect((await claim(camera, zone, true)).masks).toEqual(masks);
});

test('a camera that cannot burn masks in does not get a zone that has some', async () => {
  const zone = 'CBD-OLD-01';
  const camera = opened(ada.socket());
  expect((await claim(camera, zone)).masks).toEqual([]);
  await camera.request('leave', {});
  await ada.request('PUT', `/api/zones/${zone}`, { masks });
  expect((await claim(camera, zone)).error?.code).toBe('masks-required');
  expect((await claim(camera, zone, true)).masks).toEqual(masks);
});

test('a filming camera is told of new masks, or ended at once when it cannot burn them in', async () => {
  const able = opened(ada.socket());
  await claim(able, 'CBD-ABLE-01', true);
  await ada.request('PUT', '/api/zones/CBD-ABLE-01', { masks });
  await expect.poll(() => able.heard('masks:changed')).toEqual([{ zone: 'CBD-ABLE-01', masks }]);

  const zone = 'CBD-UNABLE-01';
  const unable = opened(
    await LightPublisher.start(server.url, zone, await threeLayerClip(), ada.headers),
  );
  const watcher = opened(operator.socket());
  const { consumers } = await watcher.request('watch', { tiles: [tile(zone)], rtpCapabilities });
  expect(consumers).toHaveLength(1);
  await ada.request('PUT', `/api/zones/${zone}`, { masks });
  await expect.poll(() => watcher.heard('producer:gone')).toHaveLength(1);
  await expect
    .poll(() => unable.client.heard('session:ended'))
    .toMatchObject([{ code: 'masks-required' }]);
});

test('masks that are no polygons are refused, and change nothing', async () => {
  const zone = 'CBD-WRONG-01';
  for (const wrong of [[{ points: [] }], [{ points: [{ x: 2, y: 0 }] }], 'all', [{}]]) {
    expect((await change(ada, zone, { masks: wrong })).code).toBe('invalid-request');
  }
  const zones = await ada.request<ManagedZone[]>('GET', '/api/zones');
  expect(zones.map(({ id }) => id)).not.toContain(zone);
});

test('changes at the same time do not undo each other', async () => {
  const zone = 'CBD-BOTH-01';
  await Promise.all([change(ada, zone, { masks }), change(supervisor, zone, { notice })]);
  const zones = await ada.request<ManagedZone[]>('GET', '/api/zones');
  expect(zones.find(({ id }) => id === zone)).toMatchObject({ masks, notice });
});

test('changes of masks and notices, and snapshots, are in the audit', async () => {
  const zone = 'CBD-AUDIT-01';
  await ada.request('PUT', `/api/zones/${zone}`, { masks });
  await supervisor.request('PUT', `/api/zones/${zone}`, { notice });
  const watcher = opened(operator.socket());
  expect((await watcher.ask('snapshot', { zone })).error?.code).toBe('not-joined');
  await watcher.request('watch', { tiles: [tile(zone)], rtpCapabilities });
  await watcher.request('snapshot', { zone });
  expect((await watcher.ask('snapshot', { zone: 'PARK-01' })).error?.code).toBe('forbidden');
  const { records } = await ada.request<AuditPage>('GET', `/api/audit?zone=${zone}`);
  const told = records.map(({ kind, action, actor }) => `${kind} ${action} ${actor.name}`);
  expect(told).toContain('change masks-changed Ada');
  expect(told).toContain('change notice-changed Sam');
  expect(told.filter((line) => line === 'snapshot taken Olga')).toHaveLength(1);
});

test('a wall’s key watches, and takes no snapshots', async () => {
  const { secret } = await ada.addKey('wall', 'CBD-*');
  const wall = opened(
    new Visitor(server.url).socket(undefined, { authorization: `Bearer ${secret}` }),
  );
  const zone = 'CBD-WALL-01';
  await wall.request('watch', { tiles: [tile(zone)], rtpCapabilities });
  expect((await wall.ask('snapshot', { zone })).error?.code).toBe('forbidden');
});

test('masks of presets are drawn by those who draw masks, one preset at a time, and known to those alone who can cover', async () => {
  const zone = 'CBD-PRESETS-01';
  const at = (preset: string) => `/api/zones/${zone}/presets/${preset}/masks`;
  const here = { name: 'Gate', position: { pan: 0.5, tilt: 0, zoom: 0 }, masks };
  for (const visitor of [supervisor, operator]) {
    expect((await visitor.ask('PUT', at('1'), here)).status).toBe(403);
    expect((await visitor.ask('GET', `/api/zones/${zone}/masks`)).status).toBe(403);
  }
  const camera = opened(installer.socket());
  expect(await claim(camera, zone, true)).toMatchObject({ ok: true });
  expect((await installer.ask('PUT', at('1'), here)).body).toEqual({
    zone,
    masks: [],
    presetMasks: [{ preset: '1', ...here }],
  });
  // It would show bare what it does not know to hide.
  await expect
    .poll(() => camera.heard('session:ended'))
    .toMatchObject([{ code: 'masks-required' }]);
  expect(await claim(camera, zone, true)).toMatchObject({ error: { code: 'masks-required' } });
  const asked = { zone, label: 'gate', masks: true, presetMasks: true };
  const covering = opened(ada.socket());
  expect(await covering.ask('claim', { ...asked, masks: false })).toMatchObject({
    error: { code: 'masks-required' },
  });
  expect(await covering.ask('claim', asked)).toMatchObject({
    ok: true,
    masks: [],
    presetMasks: [{ preset: '1', ...here }],
  });
  await installer.request('PUT', at('2'), { name: 'Lane', masks: [] });
  await expect
    .poll(() => covering.heard('masks:changed').at(-1))
    .toEqual({
      zone,
      masks: [],
      presetMasks: [
        { preset: '1', ...here },
        { preset: '2', name: 'Lane', masks: [] },
      ],
    });
  await covering.ask('claim', asked);
  // Who manages zones and draws no masks does not take them away with the zone.
  expect((await supervisor.ask('DELETE', `/api/zones/${zone}`)).status).toBe(403);
  for (const wrong of [{ ...here, masks: 'all' }, { ...here, position: { pan: 2 } }, {}]) {
    expect((await ada.ask('PUT', at('3'), wrong)).code).toBe('invalid-request');
  }
  for (let preset = 3; preset <= 64; preset += 1) {
    await ada.request('PUT', at(`${preset}`), { name: '', masks: [] });
  }
  expect((await ada.ask('PUT', at('65'), { name: '', masks: [] })).code).toBe('invalid-request');
  await ada.request('PUT', at('64'), { name: '', masks: null });
  expect((await ada.ask('PUT', at('65'), { name: '', masks: [] })).status).toBe(200);
  const { records } = await ada.request<AuditPage>('GET', `/api/audit?zone=${zone}&kind=change`);
  expect(records.at(-1)).toMatchObject({
    ...{ action: 'preset-masks-changed', actor: { name: 'Ines' } },
    detail: { preset: '1', name: 'Gate', masks },
  });
  expect(records.map(({ action }) => action)).toContain('preset-masks-removed');
});
