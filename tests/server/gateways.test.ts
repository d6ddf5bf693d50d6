/** The connection of a gateway: its cameras film over one socket, each for itself, and together no more than they may. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mostCameras } from '../../server/contract/gateway.ts';
import { rtpCapabilities, rtpParameters, tile, type Client } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { bearer, Site } from '../support/site.ts';
import { join, setUp, type Visitor } from '../support/visitor.ts';

let server: RunningServer;
let administrator: Visitor;
const sites: Site[] = [];

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
  administrator = await setUp(server);
});
afterAll(async () => {
  for (const site of sites) site.cut();
  await server?.stop();
});

async function siteOf(zones: string): Promise<Site> {
  const { secret } = await administrator.addKey('camera', zones);
  return withKey(secret);
}

function withKey(secret: string): Site {
  const site = new Site(server.url, bearer(secret));
  sites.push(site);
  return site;
}

/** Resolves with the words of the refusal. */
function refusalOf({ socket }: Client): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('connect_error', ({ message }) => resolve(message));
    socket.once('connect', () => reject(new Error('it was let in')));
  });
}

const film = (camera: Client, zone: string, ssrc: number) =>
  camera.film(zone, { ...rtpParameters, encodings: [{ ssrc }] });

describe('cameras over one connection', () => {
  test('film each its zone, and one that ends leaves the others as they are', async () => {
    const site = await siteOf('YARD-*');
    const [north, south, gate] = ['north', 'south', 'gate'].map((name) => site.camera(name));
    if (!north || !south || !gate) throw new Error('three cameras are needed');
    await film(north, 'YARD-NORTH', 1001);
    await film(south, 'YARD-SOUTH', 1002);
    await film(gate, 'YARD-GATE', 1003);
    const viewer = administrator.socket();
    const tiles = ['YARD-NORTH', 'YARD-SOUTH', 'YARD-GATE'].map(tile);
    const { consumers } = await viewer.request('watch', { tiles, rtpCapabilities });
    expect(consumers).toHaveLength(3);

    north.socket.disconnect();
    await expect
      .poll(() => viewer.heard('producer:gone').map(({ zone }) => zone))
      .toEqual(['YARD-NORTH']);
    expect((await gate.ask('claim', { zone: 'YARD-GATE', label: 'gate' })).ok).toBe(true);
    expect(south.socket.connected).toBe(true);
    // It may come back over the same connection.
    north.socket.connect();
    await north.connected();
    await film(north, 'YARD-NORTH', 1004);
    viewer.close();
    site.cut();
  });

  test('are sessions of their own: one that is opened elsewhere ends there alone, and comes back known', async () => {
    const { secret } = await administrator.addKey('camera', 'DOCK-*');
    const site = withKey(secret);
    const session = 'c2Vzc2lvbi1vZi1vbmUtY2FtZXJh';
    const [one, two] = [site.camera('one', session), site.camera('two')];
    const { transportId } = await film(one, 'DOCK-1', 2001);
    await film(two, 'DOCK-2', 2002);

    const other = withKey(secret);
    const again = other.camera('one', session);
    await again.connected();
    await expect.poll(() => one.socket.connected).toBe(false);
    expect(one.heard('session:ended')).toMatchObject([{ code: 'session-replaced' }]);
    expect(two.socket.connected).toBe(true);
    // What it sent goes on, as after a lost socket.
    const claimed = await again.request('claim', { zone: 'DOCK-1', label: '', transportId });
    expect(claimed.producers).toHaveLength(1);
    site.cut();
    other.cut();
  });

  test('claim the zones of the key and no others, each for itself', async () => {
    const site = await siteOf('HALL-*');
    const [inside, outside] = [site.camera('inside'), site.camera('outside')];
    const refused = await outside.ask('claim', { zone: 'STREET-1', label: '' });
    expect(refused.error?.code).toBe('forbidden');
    expect((await inside.ask('claim', { zone: 'HALL-1', label: '' })).ok).toBe(true);
    expect((await outside.ask('claim', { zone: 'HALL-2', label: '' })).ok).toBe(true);
    site.cut();
  });

  test('are told nothing of zones that they have not asked for', async () => {
    const site = await siteOf('*');
    const camera = site.camera('quiet');
    await film(camera, 'QUIET-1', 3001);
    const asked = await camera.request('zones:list', { count: 5 });
    expect(asked.zones.length).toBeGreaterThan(0);
    expect(camera.heard('zones')).toEqual([]);
    site.cut();
  });

  test('all end within a second when the key is withdrawn, also those that come later', async () => {
    const { key, secret } = await administrator.addKey('camera', 'GONE-*');
    const site = withKey(secret);
    const [one, two] = [site.camera('one'), site.camera('two')];
    await film(one, 'GONE-1', 4001);
    await two.connected();
    await administrator.request('DELETE', `/api/keys/${key.id}`);
    await expect
      .poll(() => one.socket.connected || two.socket.connected, { timeout: 1000 })
      .toBe(false);
    expect(one.heard('session:ended')).toMatchObject([{ code: 'unauthenticated' }]);
    expect(await refusalOf(withKey(secret).camera('late'))).toMatch(/^unauthenticated/);
  });

  test('end with the key also where only the gateway itself speaks at that moment', async () => {
    const { key, secret } = await administrator.addKey('camera', 'IDLE-*');
    const gateway = withKey(secret).space('/gateway');
    await gateway.connected();
    await administrator.request('DELETE', `/api/keys/${key.id}`);
    await expect.poll(() => gateway.socket.connected, { timeout: 1000 }).toBe(false);
  });
});

describe('of those who come', () => {
  test('people are refused, and keys of walls', async () => {
    const operator = await join(server, administrator, 'Olga', [{ role: 'operator', zones: '*' }]);
    const wall = bearer((await administrator.addKey('wall', '*')).secret);
    for (const headers of [operator.headers, administrator.headers, wall]) {
      for (const space of ['/camera/gate', '/gateway']) {
        const site = new Site(server.url, headers);
        const one = site.space(space, { session: 'c2Vzc2lvbi1vZi1vbmUtY2FtZXJh' });
        expect(await refusalOf(one), space).toMatch(/^forbidden/);
        site.cut();
      }
    }
  });

  test('nobody is let in without a session of its own, or by a malformed name', async () => {
    const site = await siteOf('*');
    expect(await refusalOf(site.space('/camera/gate'))).toMatch(/^invalid-request/);
    const odd = ['Gate', '-gate', 'a'.repeat(64), 'gate%20', 'a/b', '', '../gate', 'gäte'];
    for (const name of odd) {
      expect(await refusalOf(site.space(`/camera/${name}`)), name).toBe('Invalid namespace');
    }
    const camera = site.camera('right');
    await camera.connected();
    expect((await camera.ask('claim', { zone: 'ODD-1', label: '' })).ok).toBe(true);
    site.cut();
  });

  test(`${mostCameras} may be open on a connection, greet all at once, and the next is refused`, async () => {
    const site = await siteOf('MANY-*');
    const cameras = Array.from({ length: mostCameras }, (_, at) => site.camera(`camera-${at}`));
    await Promise.all(cameras.map((camera) => camera.connected()));
    expect(await refusalOf(site.camera('one-more'))).toMatch(/^throttled/);
    // Together they say what each might: forty messages of each are far more than one page may send.
    const answers = await Promise.all(
      cameras.slice(1).flatMap((one) => Array.from({ length: 40 }, () => one.ask('leave', {}))),
    );
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    // And none of them more than a page.
    const [first, second] = cameras;
    const flood = await Promise.all(Array.from({ length: 310 }, () => first?.ask('leave', {})));
    expect(flood.some((answer) => answer?.error?.code === 'throttled')).toBe(true);
    expect((await second?.ask('leave', {}))?.ok).toBe(true);
    first?.socket.disconnect();
    await expect
      .poll(async () => {
        const next = site.camera('one-more');
        return next.connected().then(
          () => true,
          () => false,
        );
      })
      .toBe(true);
    site.cut();
  });

  test('a camera that floods closes the connection with all that comes over it', async () => {
    const site = await siteOf('FLOOD-*');
    const [loud, calm] = [site.camera('loud'), site.camera('calm')];
    await Promise.all([loud.connected(), calm.connected()]);
    for (let sent = 0; sent < 3000; sent += 1) loud.socket.emit('x');
    await expect.poll(() => calm.socket.connected).toBe(false);
  });

  test('a camera that breaks the protocol closes the connection too', async () => {
    const site = await siteOf('FAULT-*');
    const [wrong, calm] = [site.camera('wrong'), site.camera('calm')];
    await Promise.all([wrong.connected(), calm.connected()]);
    for (let sent = 0; sent < 25; sent += 1) wrong.socket.emit('nonsense', {}, () => {});
    await expect.poll(() => calm.socket.connected).toBe(false);
  });
});

test('all of them are told when the server drains', async () => {
  const another = await startServer({ TLS_ENABLED: 'false' });
  const site = new Site(another.url);
  const cameras = ['one', 'two', 'three'].map((name) => site.camera(name));
  const gateway = site.space('/gateway');
  await Promise.all([gateway, ...cameras].map((one) => one.connected()));
  await Promise.all(
    cameras.slice(1).map((camera, at) => camera.ask('claim', { zone: `D-${at}`, label: '' })),
  );
  another.process.kill('SIGUSR2');
  for (const camera of [gateway, ...cameras]) {
    await expect.poll(() => camera.heard('server:draining'), { timeout: 5000 }).toHaveLength(1);
  }
  site.cut();
  await another.stop();
});
