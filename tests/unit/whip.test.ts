/** Doors of WHIP and WHEP without HTTP and media workers: what becomes of a session, and what of those who ask. */
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import type { Caller } from '../../server/access/caller.ts';
import { loadSettings } from '../../server/config.ts';
import { RefusedError } from '../../server/contract/errors.ts';
import { anyone } from '../../server/contract/policy.ts';
import type { Role } from '../../server/contract/access.ts';
import { Excess } from '../../server/limits/excess.ts';
import type { Asked, Told } from '../../server/whip/exchange.ts';
import { openWhip, type Whip } from '../../server/whip/open-whip.ts';
import { HttpRefusal } from '../../server/http-refusal.ts';
import { problemOf } from '../../server/whip/problem.ts';
import { FakeSignaling } from '../support/fake-sessions.ts';
import { rectangle } from '../support/masks.ts';
import { able, offers } from '../support/offers.ts';

const log = pino({ level: 'silent' });
const started: FakeSignaling[] = [];
afterEach(() => {
  for (const signaling of started.splice(0)) signaling.close();
  vi.useRealTimers();
});

function keyOf(id: string, zones = '*', role: Role = 'camera'): Caller {
  const principal = { kind: 'key' as const, id, name: id, grants: [{ role, zones }] };
  return { principal, via: { kind: 'key', id } };
}

interface Stage {
  readonly signaling: FakeSignaling;
  readonly whip: Whip;
  ask(method: string, path: string, more?: Partial<Asked> & { headers?: object }): Promise<Told>;
}

function stage(named: Record<string, string> = {}): Stage {
  const settings = Object.fromEntries(
    Object.entries(named).map(([name, value]) => [`SURVEILLANCE_${name}`, value]),
  );
  const signaling = new FakeSignaling(settings);
  started.push(signaling);
  const { rules, guests } = signaling.sessions;
  const whip = openWhip(loadSettings(settings), {
    ...{ rules, guests, zones: signaling.zones, media: signaling.media, able, log },
    excess: new Excess(log, () => {}),
    draining: () => signaling.sessions.draining,
  });
  return {
    signaling,
    whip,
    async ask(method, path, { headers = {}, ...more } = {}) {
      const [, kind = '', zone = '', id] = path.split('?')[0]?.split('/') ?? [];
      const said = new Map(
        Object.entries({ 'content-type': 'application/sdp', ...headers } as Record<string, string>),
      );
      const asked: Asked = {
        ...{
          method,
          zone,
          id,
          node: new URLSearchParams(path.split('?')[1]).get('node') ?? undefined,
        },
        ...{ address: '192.0.2.9', agent: 'test', via: undefined, caller: keyOf('one') },
        accepts: () => true,
        header: (name) => said.get(name),
        body: offers.libdatachannel,
        ...more,
      };
      try {
        return await whip.doors[kind as 'whip'].answer(asked);
      } catch (error) {
        if (error instanceof RefusedError || error instanceof HttpRefusal) return problemOf(error);
        throw error;
      }
    },
  };
}

const detailOf = ({ body = '' }: Told) => (JSON.parse(body) as { detail: string }).detail;

async function film({ ask }: Stage, zone = 'GATE-01', more: Partial<Asked> = {}): Promise<string> {
  const { status, headers } = await ask('POST', `/whip/${zone}`, more);
  expect(status).toBe(201);
  return headers.Location as string;
}

test('an encoder that goes without a word is forgotten after 10 s, and its address with it', async () => {
  vi.useFakeTimers();
  const it = stage();
  const location = await film(it);
  const [connection] = it.signaling.media.cameras;
  for (let second = 0; second < 8; second += 1) {
    connection?.send();
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(it.whip.resources.size).toBe(1);
  await vi.advanceTimersByTimeAsync(9000);
  expect(it.whip.resources.size).toBe(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(it.whip.resources.size).toBe(0);
  expect(connection?.closed).toBe(true);
  expect(it.signaling.zones.find('GATE-01')?.camera).toBeUndefined();
  expect((await it.ask('DELETE', location)).status).toBe(404);
});

test('a media worker that dies, and DTLS that is closed, end the session', async () => {
  for (const reason of ['worker-died', 'dtls-closed'] as const) {
    const it = stage();
    const location = await film(it);
    it.signaling.media.cameras[0]?.lose(reason);
    expect((await it.ask('PATCH', location)).status).toBe(404);
    expect(await film(it)).not.toBe(location);
  }
});

test('while nobody watches, little is asked for; its row says that it sends, and it is never called silent', async () => {
  vi.useFakeTimers();
  const it = stage();
  await film(it);
  const [connection] = it.signaling.media.cameras;
  connection?.up();
  const run = async (seconds: number): Promise<void> => {
    for (let quarter = 0; quarter < seconds * 4; quarter += 1) {
      connection?.send();
      await vi.advanceTimersByTimeAsync(250);
    }
  };
  await run(13);
  expect(connection?.limits.at(-1)).toBe(150_000);
  expect(await it.whip.resources.list()).toMatchObject([
    { kind: 'whip', zone: 'GATE-01', sendsUnwatched: true, actor: { name: 'one' } },
  ]);
  expect(it.signaling.zones.find('GATE-01')?.summary.camera).toBe('streaming');
  const viewer = it.signaling.tab();
  await viewer.watch('GATE-01', 640);
  expect(connection?.limits.at(-1)).toBeGreaterThan(1_000_000);
  expect(await it.whip.resources.list()).toMatchObject([{ sendsUnwatched: false }]);
});

test('its row says of an encoder that it cannot be asked for less', async () => {
  const it = stage();
  await film(it); // whose offer has no feedback of bit rates
  const asked = offers.libdatachannel.replace('a=rtcp-fb:96 nack', 'a=rtcp-fb:96 goog-remb');
  await film(it, 'GATE-02', { body: asked });
  const list = await it.whip.resources.list();
  const willOf = (zone: string) => list.find((one) => one.zone === zone)?.sendsAtWill;
  expect(['GATE-01', 'GATE-02'].map(willOf)).toEqual([true, false]);
});

test('a zone that gets masks ends it at once, and one that has some refuses it, in words', async () => {
  const it = stage();
  const location = await film(it);
  const viewer = it.signaling.tab();
  await viewer.watch('GATE-01', 640);
  const zone = it.signaling.zones.at('GATE-01');
  zone.keep({ ...zone.record, masks: [rectangle] });
  expect(zone.feed).toEqual([]);
  expect(viewer.heard('producer:gone')).toMatchObject([{ blank: true }]);
  expect(it.signaling.media.cameras[0]?.closed).toBe(true);
  expect((await it.ask('DELETE', location)).status).toBe(404);
  const refused = await it.ask('POST', '/whip/GATE-01');
  expect(refused.status).toBe(409);
  expect(detailOf(refused)).toContain('GATE-01 has privacy masks');
  expect(refused.body).toContain('"code":"masks-required"');
});

test('a camera that is there keeps its zone: 409 in words; one that has gone silent gives it over', async () => {
  vi.useFakeTimers();
  const it = stage();
  await film(it);
  const refused = await it.ask('POST', '/whip/GATE-01', { caller: keyOf('two') });
  expect(refused.status).toBe(409);
  expect(detailOf(refused)).toContain('Another camera is publishing in GATE-01');
  expect(it.whip.resources.size).toBe(1);
  it.signaling.media.cameras[0]?.up();
  it.signaling.media.cameras[0]?.send();
  await vi.advanceTimersByTimeAsync(3000);
  await film(it, 'GATE-01', { caller: keyOf('two') });
  expect(await it.whip.resources.list()).toMatchObject([{ actor: { name: 'two' } }]);
});

test('a key that is revoked, or may film there no more, ends its session within a second', async () => {
  for (const now of [undefined, keyOf('one', 'ELSEWHERE-*'), keyOf('one', '*', 'wall')]) {
    vi.useFakeTimers();
    const it = stage();
    await film(it);
    it.signaling.callers.set('one', now);
    it.signaling.sessions.recheck();
    await vi.advanceTimersByTimeAsync(1000);
    expect(it.whip.resources.size).toBe(0);
    expect(it.signaling.media.cameras[0]?.closed).toBe(true);
    expect(it.signaling.records.map(({ action }) => action)).toEqual(['began', 'ended']);
    vi.useRealTimers();
  }
});

test('each request asks anew who it is and what that may', async () => {
  const it = stage();
  const location = await film(it);
  const status = async (caller: Caller | undefined) => {
    const { status: told } = await it.ask('PATCH', location, { caller });
    return told;
  };
  expect(await status(undefined)).toBe(401);
  expect(await status(keyOf('two'))).toBe(404);
  expect(await status(keyOf('one', 'ELSEWHERE-*'))).toBe(403);
  expect(await status(keyOf('one', '*', 'wall'))).toBe(403);
  expect((await it.ask('DELETE', location.replace('/GATE-01/', '/GATE-02/'))).status).toBe(404);
  expect((await it.ask('DELETE', location.replace('/whip/', '/whep/'))).status).toBe(403);
  expect((await it.ask('DELETE', `${location}x`)).status).toBe(404);
  expect(it.whip.resources.size).toBe(1);
});

test('a server that drains ends sessions, and says when to ask again', async () => {
  const it = stage({ SESSION_DRAIN: '100' });
  const location = await film(it);
  const done = Promise.all([it.signaling.sessions.drain(), it.whip.resources.drain()]);
  expect((await it.ask('DELETE', location)).status).toBe(404);
  const refused = await it.ask('POST', '/whip/GATE-01');
  expect(refused).toMatchObject({ status: 503, headers: { 'Retry-After': expect.any(String) } });
  await done;
});

test('of several nodes, a session names its own, and another one sends its requests there, once', async () => {
  const cluster = { CLUSTER_REDIS_URL: 'redis://localhost', CLUSTER_ADDRESS: 'localhost:5001' };
  const secret = {
    CLUSTER_SECRET: 'x'.repeat(32),
    CLUSTER_PIPE_LISTEN: '127.0.0.1',
    STORE_URL: 'postgres://localhost/x',
  };
  const settings = (node: string) => ({ ...cluster, ...secret, CLUSTER_NODE: node });
  const [north, south] = [stage(settings('north')), stage(settings('south'))];
  const location = await film(north);
  expect(location).toMatch(/^\/whip\/GATE-01\/north~[\w-]{32}\?node=north$/);
  const bare = location.replace(/\?.*/, '');
  expect(await south.ask('DELETE', bare)).toEqual({ status: 307, headers: { Location: location } });
  // It has been sent there, and the balancer chose another one: that node is gone.
  expect((await south.ask('DELETE', location)).status).toBe(404);
  expect((await north.ask('DELETE', bare)).status).toBe(200);
});

test('a node that is full names another one, once', async () => {
  const it = stage();
  it.signaling.capacity.refusal = new RefusedError(
    'unavailable',
    'This node is full.',
    'south',
    7000,
  );
  expect(await it.ask('POST', '/whip/GATE-01')).toEqual({
    status: 307,
    headers: { Location: '/whip/GATE-01?node=south' },
  });
  expect(await it.ask('POST', '/whip/GATE-01?node=north')).toMatchObject({
    status: 503,
    headers: { 'Retry-After': '7' },
  });
});

test('a key has no more sessions than sockets, and no more attempts', async () => {
  const it = stage({ LIMITS_SOCKETS_PER_KEY: '2', LIMITS_JOINS_PER_SIGN_IN: '5' });
  await film(it, 'GATE-01');
  await film(it, 'GATE-02');
  expect(it.signaling.sessions.size).toBe(2);
  const third = await it.ask('POST', '/whip/GATE-03');
  expect(third.status).toBe(429);
  expect(detailOf(third)).toContain('2 sessions');
  for (let count = 0; count < 3; count += 1) await it.ask('POST', '/whip/GATE-03');
  const refused = await it.ask('POST', '/whip/GATE-03');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['Retry-After'])).toBeGreaterThan(0);
  expect(detailOf(refused)).toContain('Too many joins');
});

test('of 1,000 POSTs of one key at once, one films and few are looked at', async () => {
  const it = stage({ LIMITS_JOINS_PER_SIGN_IN: '100' });
  const all = Array.from({ length: 1000 }, () => it.ask('POST', '/whip/GATE-01'));
  const statuses = (await Promise.all(all)).map(({ status }) => status);
  const counted = (status: number) => statuses.filter((one) => one === status).length;
  expect([counted(201), counted(409), counted(429)]).toEqual([1, 99, 900]);
  expect(it.signaling.media.cameras).toHaveLength(1);
  expect(it.whip.resources.size).toBe(1);
  expect(it.signaling.records).toMatchObject([{ action: 'began' }]);
});

test('a key takes part in no more zones than it may, and causes no more records', async () => {
  for (const limit of ['ZONES', 'RECORDS']) {
    // Two records for each zone.
    const it = stage({ [`LIMITS_${limit}_PER_KEY`]: '2' });
    await film(it, 'GATE-01');
    const zones = limit === 'ZONES' ? ['GATE-02'] : [];
    for (const zone of zones) await film(it, zone);
    expect((await it.ask('POST', '/whip/GATE-03')).status).toBe(429);
    expect(it.whip.resources.size).toBe(1 + zones.length);
  }
});

test('where there are no accounts, nobody needs a key, and an address pays for all that comes from it', async () => {
  const it = stage({ LIMITS_SOCKETS_PER_KEY: '1' });
  const caller: Caller = { principal: anyone, via: { kind: 'open' } };
  const location = await film(it, 'GATE-01', { caller });
  expect(it.signaling.zones.find('GATE-01')?.summary.label).toBe('WHIP');
  expect((await it.ask('POST', '/whip/GATE-02', { caller })).status).toBe(429);
  await film(it, 'GATE-02', { caller, address: '192.0.2.10' });
  expect((await it.ask('DELETE', location, { caller })).status).toBe(200);
});

test('whoever administers sees sessions, and ends them', async () => {
  const it = stage();
  const location = await film(it);
  const [row] = await it.whip.resources.list();
  expect(location).not.toContain(row?.handle);
  expect(it.whip.resources.endByHandle('other')).toBeFalsy();
  expect(it.whip.resources.endByHandle(row?.handle ?? '')).toBeTruthy();
  expect((await it.ask('DELETE', location)).status).toBe(404);
});
