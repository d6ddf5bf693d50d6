/** Gateways as administrators see them, and the cameras that are set for them in the console. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditPage } from '../../server/contract/audit.ts';
import {
  laterFields,
  type CameraTest,
  type SiteCamera,
  type SiteCameraReport,
} from '../../server/contract/gateway.ts';
import type { Gateway, GatewayList, ShownCamera } from '../../server/contract/gateway-list.ts';
import type { Client } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { bearer, Site } from '../support/site.ts';
import { join, setUp, type Visitor } from '../support/visitor.ts';

let server: RunningServer;
let ada: Visitor;
const sites: Site[] = [];

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
  ada = await setUp(server);
});
afterAll(async () => {
  for (const site of sites) site.cut();
  await server?.stop();
});

const hello = (gateway: Client, name: string, time = Date.now()) =>
  gateway.ask('hello', { name, version: '1.2.3', time, understands: laterFields });

/** A gateway of a key, which has said its name. */
async function gatewayOf(secret: string, name: string): Promise<Client> {
  const site = new Site(server.url, bearer(secret));
  sites.push(site);
  const gateway = site.space('/gateway');
  await gateway.connected();
  expect(await hello(gateway, name)).toMatchObject({ ok: true });
  return gateway;
}

async function listed(name: string): Promise<Gateway | undefined> {
  const { gateways } = await ada.request<GatewayList>('GET', '/api/gateways');
  return gateways.find((one) => one.name === name);
}

/** What a gateway is told next of its cameras; it confirms that. */
function toldNext(gateway: Client): Promise<SiteCamera[]> {
  return new Promise((resolve) =>
    gateway.socket.once('cameras', ({ cameras }: { cameras: SiteCamera[] }, ack) => {
      (ack as (answer: object) => void)({});
      resolve(cameras);
    }),
  );
}

const gate = {
  ...{ name: 'gate', zone: 'YARD-GATE', url: 'rtsp://10.1.2.3:554/main' },
  ...{ user: 'viewer', password: 'not-to-be-seen' },
};
const report: SiteCameraReport = {
  ...{ name: 'gate', zone: 'YARD-GATE', label: 'gate', setIn: 'console', address: '10.1.2.3:554' },
  ...{ state: 'failed', trouble: { code: 'wrong-password' }, streams: [], narrow: false },
};

test('a gateway is listed with its version, its clock and its cameras, and remembered when it has gone', async () => {
  const { key, secret } = await ada.addKey('camera', 'HALL-*');
  const site = new Site(server.url, bearer(secret));
  const gateway = site.space('/gateway');
  await gateway.connected();
  expect(await gateway.ask('report', { cameras: [] })).toMatchObject({
    error: { code: 'not-joined' },
  });
  await hello(gateway, 'hall', Date.now() + 5000);
  const camera = { ...report, setIn: 'file' as const };
  expect(await gateway.ask('report', { cameras: [camera] })).toEqual({ ok: true });
  const shown = await listed('hall');
  expect(shown).toMatchObject({
    ...{ connected: true, version: '1.2.3', key: { id: key.id, name: key.name } },
    cameras: [{ name: 'gate', report: camera }],
  });
  expect(shown?.clockError).toBeGreaterThan(4000);
  expect(shown?.clockError).toBeLessThan(7000);
  // It is set right meanwhile.
  await gateway.ask('report', { cameras: [camera], time: Date.now() });
  expect(Math.abs((await listed('hall'))?.clockError ?? NaN)).toBeLessThan(2000);
  const forget = await ada.ask('DELETE', '/api/gateways/hall');
  expect(forget.code).toBe('invalid-request');

  site.cut();
  await expect.poll(async () => (await listed('hall'))?.connected).toBe(false);
  expect((await listed('hall'))?.lastSeen).toBeGreaterThan(Date.now() - 60_000);
  await ada.request('DELETE', '/api/gateways/hall');
  expect(await listed('hall')).toBeUndefined();
});

test('what a gateway has not confirmed is told again, until it does', async () => {
  const { secret } = await ada.addKey('camera', 'MUTE-*');
  const gateway = await gatewayOf(secret, 'mute');
  const camera = { ...gate, name: 'mute', zone: 'MUTE-GATE' };
  await ada.request('POST', '/api/gateways/mute/cameras', camera);
  const told = (): unknown[] =>
    gateway.notices.filter(({ event }) => event === 'cameras').map(({ notice }) => notice);
  // Nobody answers to the first.
  await expect.poll(told).toHaveLength(1);
  await expect.poll(told, { timeout: 15_000 }).toHaveLength(2);
  expect(told()[1]).toEqual(told()[0]);
}, 30_000);

test('a name belongs to the key that it was said with first, and with that key the newer one stays', async () => {
  const [one, other] = [await ada.addKey('camera', 'A-*'), await ada.addKey('camera', 'B-*')];
  const first = await gatewayOf(one.secret, 'dock');
  const site = new Site(server.url, bearer(other.secret));
  sites.push(site);
  const stranger = site.space('/gateway');
  expect(await hello(stranger, 'dock')).toMatchObject({ error: { code: 'name-taken' } });
  await gatewayOf(one.secret, 'dock');
  await expect.poll(() => first.socket.connected).toBe(false);
  expect(first.heard('session:ended')).toMatchObject([{ code: 'session-replaced' }]);
  // Also while it is away, as a stranger would be told its passwords.
  await ada.request('DELETE', `/api/keys/${one.key.id}`);
  await expect.poll(async () => (await listed('dock'))?.connected).toBe(false);
  expect(await hello(stranger, 'dock')).toMatchObject({ error: { code: 'name-taken' } });
  // A key of the same name is an administrator's word that it follows the one that was revoked.
  await gatewayOf((await ada.addKey('camera', 'A-*')).secret, 'dock');
});

test('a camera that is set in the console is told to its gateway at once, and its password to nobody else', async () => {
  const { secret } = await ada.addKey('camera', 'YARD-*');
  const gateway = await gatewayOf(secret, 'yard');
  const other = await gatewayOf((await ada.addKey('camera', 'OTHER-*')).secret, 'other');

  let told = toldNext(gateway);
  const added = await ada.ask('POST', '/api/gateways/yard/cameras', gate);
  expect(added.status).toBe(201);
  expect(added.body).toMatchObject({ hasPassword: true, enabled: true });
  expect(await told).toEqual([expect.objectContaining(gate)]);
  expect((await ada.ask('POST', '/api/gateways/yard/cameras', gate)).code).toBe('name-taken');
  const unknown = await ada.ask('POST', '/api/gateways/nowhere/cameras', gate);
  expect(unknown.code).toBe('not-found');

  // What is left out stays, and a camera of a zone that the key does not allow is withheld.
  const place = '/api/gateways/yard/cameras/gate';
  told = toldNext(gateway);
  await ada.request('PATCH', place, { enabled: false });
  expect(await told).toEqual([expect.objectContaining({ ...gate, enabled: false })]);
  told = toldNext(gateway);
  const elsewhere = await ada.request<ShownCamera>('PATCH', place, { zone: 'STREET-1' });
  expect(elsewhere).toMatchObject({ withheld: 'forbidden', hasPassword: true });
  expect(await told).toEqual([]);
  told = toldNext(gateway);
  await ada.request('PATCH', place, { zone: 'YARD-GATE', enabled: true });
  expect(await told).toEqual([expect.objectContaining(gate)]);

  // A password goes to the host that it was set for alone.
  const moved = await ada.ask('PATCH', place, { url: 'rtsp://10.9.9.9/main' });
  expect(moved.code).toBe('invalid-request');

  // One that comes back is told all in the answer of its hello.
  expect(await hello(gateway, 'yard')).toMatchObject({ ok: true, cameras: [gate] });
  expect(other.notices.filter(({ event }) => event === 'cameras')).toEqual([]);
  const everything = JSON.stringify([
    ...[added.body, elsewhere, await ada.request('GET', '/api/gateways')],
    ...[await ada.request('GET', '/api/audit?limit=500'), server.log],
  ]);
  expect(everything).not.toContain(gate.password);
  const { folder, url } = server.store;
  if (url === '') {
    expect(statSync(path.join(folder, 'gateways.key')).mode & 0o777).toBe(0o600);
    for (const file of ['surveillance.db', 'surveillance.db-wal']) {
      const bytes = readIfThere(path.join(folder, file));
      expect(bytes.includes(gate.password)).toBe(false);
    }
  }

  told = toldNext(gateway);
  await ada.request('DELETE', place);
  expect(await told).toEqual([]);
  const { records } = await ada.request<AuditPage>('GET', '/api/audit?kind=change&limit=50');
  const actions = records.filter(({ detail }) => detail?.camera === 'gate');
  expect(actions.map(({ action }) => action).reverse()).toEqual([
    ...['camera-added', 'camera-disabled', 'camera-changed', 'camera-changed', 'camera-removed'],
  ]);
});

test('whose certificate is trusted is kept, told to the gateway, and can be taken away', async () => {
  const gateway = await gatewayOf((await ada.addKey('camera', 'SAFE-*')).secret, 'safe');
  const camera = { ...gate, zone: 'SAFE-1', url: 'rtsps://10.1.2.3/main' };
  const digits = 'ab'.repeat(32);
  const ca = '-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n';
  const printed = (digits.toUpperCase().match(/../g) ?? []).join(':');
  let told = toldNext(gateway);
  await ada.request('POST', '/api/gateways/safe/cameras', { ...camera, fingerprint: printed, ca });
  expect(await told).toEqual([expect.objectContaining({ ...camera, fingerprint: digits, ca })]);
  const place = '/api/gateways/safe/cameras/gate';
  for (const wrong of [{ fingerprint: 'ab:cd' }, { fingerprint: 'x'.repeat(64) }, { ca: 'none' }]) {
    expect((await ada.ask('PATCH', place, wrong)).code).toBe('invalid-request');
  }
  // What is not said stays.
  const kept = await ada.request<ShownCamera>('PATCH', place, { label: 'Safe' });
  expect(kept).toMatchObject({ fingerprint: digits, ca, hasPassword: true });
  told = toldNext(gateway);
  // One of the first version refuses what it does not know, and all cameras with it.
  const first = gateway.ask('hello', { name: 'safe', version: '1.0.0', time: Date.now() });
  const [toldFirst] = ((await first) as unknown as { cameras: SiteCamera[] }).cameras;
  expect(toldFirst).toMatchObject(camera);
  expect(Object.keys(toldFirst ?? {})).not.toContain('fingerprint');
  expect(Object.keys(toldFirst ?? {})).not.toContain('ca');
  await hello(gateway, 'safe');
  told = toldNext(gateway);
  const without = await ada.request<ShownCamera>('PATCH', place, { fingerprint: null, ca: null });
  expect(without.fingerprint ?? without.ca).toBeUndefined();
  expect(Object.keys((await told)[0] ?? {})).not.toContain('fingerprint');
});

test('a camera is tried on its gateway, with the password that is kept, and what that says is shown', async () => {
  const gateway = await gatewayOf((await ada.addKey('camera', 'LAB-*')).secret, 'lab');
  const camera = { ...gate, zone: 'LAB-1' };
  await ada.request('POST', '/api/gateways/lab/cameras', camera);
  const answer: CameraTest = { streams: [], trouble: { code: 'wrong-path', detail: '404' } };
  const asked: SiteCamera[] = [];
  gateway.socket.on('test', (about: { camera: SiteCamera }, ack: (answer: object) => void) => {
    asked.push(about.camera);
    ack(answer);
  });
  const { password, user, ...form } = camera;
  const there = await ada.request('POST', '/api/gateways/lab/test', form);
  expect(there).toEqual(answer);
  expect(asked[0]).toMatchObject({ password, user });
  // At another host, none that was kept.
  await ada.request('POST', '/api/gateways/lab/test', { ...form, url: 'rtsp://10.9.9.9/main' });
  expect(asked[1]?.password).toBeUndefined();
  const away = await ada.ask('POST', '/api/gateways/dock-9/test', form);
  expect(away.code).toBe('not-found');
  gateway.close();
  await expect.poll(async () => (await listed('lab'))?.connected).toBe(false);
  expect((await ada.ask('POST', '/api/gateways/lab/test', form)).code).toBe('unavailable');
});

test('supervisors and operators see none of it', async () => {
  for (const role of ['supervisor', 'operator'] as const) {
    const visitor = await join(server, ada, `one ${role}`, [{ role, zones: '*' }]);
    expect((await visitor.ask('GET', '/api/gateways')).code).toBe('forbidden');
    expect((await visitor.ask('POST', '/api/gateways/yard/cameras', gate)).code).toBe('forbidden');
  }
});

function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
