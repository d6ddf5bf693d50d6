/** What the gateway outlives, and how it ends: its own death, the server's, and a key that is taken from it. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GatewayList } from '../../server/contract/gateway-list.ts';
import type { ZoneSummary } from '../../server/contract/zone.ts';
import { startGateway } from '../support/gateway/running-gateway.ts';
import { Scene } from '../support/gateway/scene.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { freePort, startServer } from '../support/server.ts';
import { setUp, type Visitor } from '../support/visitor.ts';

const names = ['gate', 'yard'];
const zoneOf = (name: string): string => `LIFE-${name.toUpperCase()}`;
const patient = { timeout: 20_000 };

let scene: Scene;
let ada: Visitor;
let keyFile: string;
let keyId: string;
const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-key-'));
const viewers: LightWatcher[] = [];

beforeAll(async () => {
  keyFile = path.join(folder, 'key');
  scene = await Scene.begin({
    streams: { '/main': 'sub', '/kept': 'sub' },
    settings: { ACCESS_MODE: 'accounts' },
    async file(camera, server) {
      ada = await setUp(server);
      await giveKey();
      const cameras = names.map((name) => ({
        ...{ name, zone: zoneOf(name), url: camera.url('/main') },
      }));
      return { key_file: keyFile, cameras };
    },
  });
});
afterEach(() => {
  for (const viewer of viewers.splice(0)) viewer.close();
});
afterAll(async () => {
  await scene?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** A key in the gateway's file, in place of the one before. */
async function giveKey(): Promise<void> {
  const { key, secret } = await ada.addKey('camera', 'LIFE-*');
  keyId = key.id;
  writeFileSync(keyFile, secret, { mode: 0o600 });
}

/** Someone who watches a zone; resolved when its picture flows. */
async function seen(name: string): Promise<LightWatcher> {
  let packets = 0;
  const viewer = new LightWatcher(scene.server.url, {
    headers: ada.headers,
    onH264: () => (packets += 1),
  });
  viewers.push(viewer);
  await viewer.watch(zoneOf(name));
  await viewer.connected();
  await expect.poll(() => packets, patient).toBeGreaterThan(50);
  return viewer;
}

/** The states of the zones' cameras, as the server has them now. */
async function states(): Promise<string[]> {
  const client = ada.socket();
  try {
    const answer = await client.request('zones:list', { pattern: 'LIFE-*', count: 10 });
    const { zones } = answer as unknown as { zones: ZoneSummary[] };
    // Others that were filmed once are missed here, too.
    return zones.filter(({ id }) => names.map(zoneOf).includes(id)).map(({ camera }) => camera);
  } finally {
    client.close();
  }
}

async function row() {
  const { gateways } = await ada.request<GatewayList>('GET', '/api/gateways');
  return gateways.find(({ name }) => name === 'site');
}

const isThere = async (): Promise<boolean> => {
  const all = await states();
  return all.length >= names.length && all.every((state) => state !== 'idle');
};

test('a gateway that is killed: its zones show it, and all comes back with it, without a session too many', async () => {
  await Promise.all(names.map(seen));
  expect(scene.camera.sessions).toBe(names.length);
  scene.gateway.process.kill('SIGKILL');
  await expect
    .poll(async () => (await states()).every((state) => state === 'stalled' || state === 'idle'), {
      timeout: 5000,
      interval: 100,
    })
    .toBe(true);
  // What TCP tells of a process that has gone is all that the camera hears.
  await expect.poll(() => scene.camera.sessions).toBe(0);
  await scene.gateway.restart();
  for (const viewer of viewers.splice(0)) viewer.close();
  await Promise.all(names.map(seen));
  expect(scene.camera.sessions).toBe(names.length);
});

test('a server that is started again has all cameras back by themselves', async () => {
  await expect.poll(isThere, patient).toBe(true);
  await scene.server.restart();
  const ready = performance.now();
  await expect.poll(isThere, { ...patient, interval: 100 }).toBe(true);
  const took = performance.now() - ready;
  console.log(`all cameras were there ${took.toFixed(0)} ms after the server was`);
  // They try each second at most.
  expect(took).toBeLessThan(5000);
  await seen('gate');
});

test('cameras of the console are kept where others cannot read, and pulled while the server is away', async () => {
  const settings = { name: 'kept', zone: zoneOf('kept'), url: scene.camera.url('/kept') };
  await ada.request('POST', '/api/gateways/site/cameras', {
    ...settings,
    ...{ user: 'viewer', password: 'kept in one place' },
  });
  const file = path.join(scene.gateway.folder, 'gateway-state/gateway.json');
  await expect.poll(() => readFileSync(file, 'utf8')).toContain('kept in one place');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  const asked = (): number =>
    scene.camera.requests.filter(({ method, url }) => method === 'SETUP' && url.includes('/kept'))
      .length;
  await expect.poll(asked).toBeGreaterThan(0);
  // It answers nothing.
  scene.server.process.kill('SIGSTOP');
  try {
    await scene.gateway.restart('SIGKILL');
    const before = asked();
    await expect.poll(asked, patient).toBeGreaterThan(before);
    expect(await scene.gateway.health()).toMatchObject({ server: 'away' });
    expect(await scene.gateway.ready()).toEqual({ status: 503, troubles: ['server'] });
  } finally {
    scene.server.process.kill('SIGCONT');
  }
  await seen('kept');
  expect(await scene.gateway.ready()).toEqual({ status: 200, troubles: [] });
  await ada.request('DELETE', '/api/gateways/site/cameras/kept');
});

test('asked to end, it ends its sessions in the camera’s way, gives its zones back, and is gone soon', async () => {
  await Promise.all(names.map(seen));
  const before = scene.camera.asked('TEARDOWN');
  const begun = performance.now();
  expect(await scene.gateway.stop('SIGTERM')).toBe(0);
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(scene.camera.asked('TEARDOWN') - before).toBe(names.length);
  await expect.poll(states, { timeout: 1000, interval: 50 }).toEqual(names.map(() => 'idle'));
  await scene.gateway.restart();
  await expect.poll(isThere, patient).toBe(true);
});

test('a key that is revoked ends its zones at once, on every page in words, and a new one brings all back', async () => {
  await seen('gate');
  await ada.request('DELETE', `/api/keys/${keyId}`);
  await expect
    .poll(states, { timeout: 1000, interval: 50 })
    .toEqual(expect.not.arrayContaining(['streaming', 'connected']));
  await expect.poll(async () => (await row())?.connected).toBe(false);
  // The console says what to do where the key has no name any more.
  expect((await row())?.key).toEqual({ id: keyId, name: '' });
  await expect
    .poll(async () => (await scene.gateway.health()).reason, patient)
    .toMatch(/^unauthenticated: /);
  expect(await scene.gateway.ready()).toMatchObject({ status: 503 });
  const lines = scene.gateway.log.filter(({ reason }) => /unauthenticated/.test(String(reason)));
  expect(lines).toHaveLength(1);
  // Nobody may see it, so that nothing is pulled.
  await expect.poll(() => scene.camera.sessions, patient).toBe(0);
  await giveKey();
  await scene.gateway.restart();
  await seen('gate');
});

test('a gateway that is started before its server pulls its cameras, and films as soon as the server is there', async () => {
  const port = await freePort();
  const before = scene.camera.opened;
  const gateway = await startGateway({
    server: `http://127.0.0.1:${port}`,
    cameras: [{ name: 'early', zone: 'EARLY-1', url: scene.camera.url('/main') }],
  });
  try {
    await expect.poll(() => scene.camera.opened, patient).toBeGreaterThan(before);
    expect(await gateway.ready()).toMatchObject({ status: 503, troubles: ['server'] });
    const server = await startServer({ TLS_ENABLED: 'false', HTTP_PORT: `${port}` });
    try {
      await expect.poll(async () => (await gateway.health()).server, patient).toBe('connected');
      let packets = 0;
      const viewer = new LightWatcher(server.url, { onH264: () => (packets += 1) });
      await viewer.watch('EARLY-1');
      await expect.poll(() => packets, patient).toBeGreaterThan(50);
      viewer.close();
    } finally {
      await server.stop();
    }
  } finally {
    await gateway.end();
  }
});
