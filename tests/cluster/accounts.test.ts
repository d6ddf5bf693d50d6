/** People, codes, records and masks of several nodes as of one: real servers, one of them with a clock that is off. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { readRecord } from '../../server/audit/chain.ts';
import { projectFolder } from '../../server/config.ts';
import { openStore, type Store } from '../../server/store/store.ts';
import { addApp, App, earlyInStep } from '../support/app.ts';
import { rtpCapabilities, tile, type Client } from '../support/client.ts';
import { leaseTime, TestCluster } from '../support/cluster.ts';
import { loseDatabase, type Seat } from '../support/outage.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import { readiness } from '../support/readiness.ts';
import {
  passProvider,
  signOnSettings,
  startProvider,
  type RunningProvider,
} from '../support/provider.ts';
import { freePort, type RunningServer } from '../support/server.ts';
import { join, password, Visitor } from '../support/visitor.ts';

const test = testWith(['redis-server']);
const preload = pathToFileURL(path.resolve('tests/support/shifted-clock.mjs')).href;
/** ms */
const ahead = 300_000;
const perAccount = 10;
const operator = [{ role: 'operator', zones: '*' }] as const;
const masks = [{ points: [0, 0.5, 1].map((x) => ({ x, y: x / 2 })) }];

describe.skipIf(!postgresPrograms)('accounts of a cluster', () => {
  let cluster: TestCluster;
  let a: RunningServer;
  let b: RunningServer;
  /** Its clock is five minutes ahead. */
  let early: RunningServer;
  let all: RunningServer[];
  let store: Store;
  let ada: Visitor;
  let provider: RunningProvider;
  let address: string;
  let accounts: Record<string, string>;
  let rivals: Awaited<ReturnType<typeof finishSetUp>>[];
  let open: Client[] = [];

  /** A sign-in from a browser that keeps nothing. */
  async function signIn(node: RunningServer, name: string, secret = password, code?: string) {
    const { status, code: refusal } = await new Visitor(node.url).signIn(name, secret, code);
    return refusal ?? String(status);
  }
  const count = (outcomes: string[], one: string): number =>
    outcomes.filter((other) => other === one).length;
  async function socketOf(visitor: Visitor): Promise<Client> {
    const client = visitor.socket();
    open.push(client);
    await client.connected();
    return client;
  }
  const records = async () =>
    (await store.audit.after(0, 100_000)).flatMap((stored) => readRecord(stored) ?? []);
  const audit = (): string => {
    const program = ['--import', 'tsx', 'deployment/setup/main.ts', 'audit:verify'];
    const env = { ...process.env, SURVEILLANCE_STORE_URL: cluster.store };
    const how = { cwd: projectFolder, encoding: 'utf8', env } as const;
    return spawnSync(process.execPath, program, how).stdout;
  };

  /** By a link that is opened at one node, and finished at another. */
  async function finishSetUp(link: string | undefined, opened: RunningServer, at: RunningServer) {
    const visitor = new Visitor(opened.url);
    const { pathname, search } = new URL(link ?? 'about:blank');
    await visitor.request('GET', pathname + search);
    const reply = await visitor.at(at).ask('POST', '/api/set-up', { name: 'Ada', password });
    const there = all.map((node) => visitor.at(node));
    // Before anything else has told a node that it is done.
    const sockets = await Promise.allSettled(there.map(socketOf));
    const states = await Promise.all(there.map((each) => each.ask('GET', '/api/me')));
    return {
      reply,
      sockets: sockets.map(({ status }) => status),
      states: states.map(({ status }) => status),
    };
  }

  beforeAll(async () => {
    cluster = await TestCluster.start();
    // As people open it: the address of a load balancer.
    address = `http://localhost:${await freePort()}`;
    provider = await startProvider(address);
    provider.visitor = { subject: 'u-17', name: 'Olga', groups: ['cctv-cbd'] };
    const grants = [{ value: 'cctv-cbd', role: 'operator', zones: 'CBD-*' }];
    accounts = signOnSettings(provider, address, grants);
    delete accounts.HTTP_PORT; // It is nobody's: each node has its own.
    const variables = { NODE_OPTIONS: `--import=${preload}`, TEST_CLOCK_AHEAD: `${ahead}` };
    [a, b, early] = await Promise.all([
      cluster.startNode('a', accounts),
      cluster.startNode('b', accounts),
      cluster.startNode('early', accounts, { variables }),
    ]);
    all = [a, b, early];
    store = await openStore({ url: cluster.store, folder: 'unused' });
    // Two who finish at once, each with the link of a third node: one of them is the administrator.
    rivals = await Promise.all([
      finishSetUp(a.setUpLink, b, early),
      finishSetUp(b.setUpLink, early, a),
    ]);
    ada = new Visitor(a.url);
    await ada.signIn('Ada');
  });
  afterEach(() => {
    for (const client of open) client.close();
    open = [];
  });
  afterAll(async () => {
    await store?.close();
    await cluster?.stop();
    await provider?.stop();
  });

  test('the set-up is done by the link of any node at any other, once, and all nodes are open at once', async () => {
    const [done, told] = rivals.toSorted((one, other) => one.reply.status - other.reply.status);
    expect(done).toMatchObject({
      reply: { status: 200 },
      sockets: ['fulfilled', 'fulfilled', 'fulfilled'],
      states: [200, 200, 200],
    });
    expect(told?.reply.body).toMatchObject({
      error: { code: 'sign-in-failed', message: expect.stringContaining('done already') as string },
    });
    expect(told?.states).toEqual([401, 401, 401]);
    expect((await store.people.list()).map(({ name }) => name)).toEqual(['Ada']);
    for (const { setUpLink } of all) {
      const { pathname, search } = new URL(setUpLink ?? 'about:blank');
      const reply = await new Visitor(b.url).ask('GET', pathname + search);
      expect(reply.headers.get('location')).toBe('/sign-in');
    }
  });

  test('a single sign-on that is begun at one node ends at another, and once', async () => {
    for (const [first, last] of [
      [a, early],
      [early, b],
    ] as const) {
      const browser = new Visitor(first.url);
      const begun = await browser.ask('GET', '/api/oidc/start?next=/wall');
      const answer = await passProvider(provider, begun);
      const ends = await Promise.all(
        [last, first, last].map((node) => browser.at(node).ask('GET', answer, undefined, {})),
      );
      const refused = '/sign-in?refused=sign-in-failed';
      const arrived = ends.map(({ headers }) => headers.get('location'));
      expect(arrived.sort()).toEqual([refused, refused, '/wall']);
      for (const node of all) {
        expect(await browser.at(node).request('GET', '/api/me')).toMatchObject({ name: 'Olga' });
      }
    }
  });

  test('guesses that are spread over three nodes are no more than at one; right ones all get in', async () => {
    await ada.addPerson('target', [...operator]);
    const right = await Promise.all(
      Array.from({ length: 24 }, (_, turn) => signIn(all[turn % 3] ?? a, 'target')),
    );
    expect(count(right, '200')).toBe(24);
    const guesses = await Promise.all(
      Array.from({ length: 24 }, (_, turn) => signIn(all[turn % 3] ?? a, 'target', 'a guess')),
    );
    expect(count(guesses, 'sign-in-failed')).toBe(perAccount);
    expect(count(guesses, 'throttled')).toBe(24 - perAccount);
    for (const node of all) expect(await signIn(node, 'target')).toBe('throttled');
  });

  test('a code that is shown at all nodes at once is good at one of them', async () => {
    const owner = await join(a, ada, 'coded', [...operator]);
    const app = await addApp(owner);
    await earlyInStep();
    const code = app.code();
    const outcomes = await Promise.all(all.map((node) => signIn(node, 'coded', password, code)));
    expect(outcomes.sort()).toEqual(['200', 'sign-in-failed', 'sign-in-failed']);
    // Of the next step, at the node whose clock is off: codes are of the time that all share.
    expect(await signIn(early, 'coded', password, app.code(1))).toBe('200');
  });

  test('a second factor that is offered at one node is confirmed at the others, once, and removed at the first', async () => {
    const owner = await join(a, ada, 'offered', [...operator]);
    const { secret } = await owner.request<{ secret: string }>('POST', '/api/me/two-factor', {
      password,
    });
    const app = new App(secret);
    await earlyInStep();
    const code = app.code();
    const outcomes = await Promise.all(
      [b, early].map(async (node) => {
        const reply = await owner.at(node).ask('POST', '/api/me/two-factor/confirm', { code });
        return reply.code ?? 'confirmed';
      }),
    );
    expect(outcomes.sort()).toEqual(['confirmed', 'sign-in-failed']);
    expect(await signIn(a, 'offered')).toBe('code-needed');
    expect(await signIn(a, 'offered', password, app.code(1))).toBe('200');
    // Whoever has shown a code at one node a moment ago is asked for none at another.
    await owner.request('DELETE', '/api/me/two-factor', { password });
    expect(await signIn(b, 'offered')).toBe('200');
  });

  test('a node whose clock is five minutes off says so, and signs in, records and films by the time of all', async () => {
    expect((await readiness(early.url)).parts.time).toMatch(/clock is 300 s ahead of the database/);
    expect((await readiness(a.url)).parts.time).toBe('ok');
    const begun = Date.now();
    const eve = await join(early, ada, 'eve', [{ role: 'administrator', zones: '*' }]);
    const times = (await store.signIns.list()).map(({ createdAt }) => createdAt);
    expect(Math.abs(Math.max(...times) - begun)).toBeLessThan(10_000);
    const camera = await LightPublisher.start(
      early.url,
      'CBD-EARLY-01',
      threeLayerClip(),
      eve.headers,
    );
    const other = await socketOf(ada);
    // Longer than a lease, by any clock.
    for (let times = 0; times < 3; times += 1) {
      const { error } = await other.ask('claim', { zone: 'CBD-EARLY-01', label: '' });
      expect(error?.code).toBe('zone-occupied');
      await pause(leaseTime / 2);
    }
    camera.close();
    await expect
      .poll(async () => (await other.ask('claim', { zone: 'CBD-EARLY-01', label: '' })).ok)
      .toBe(true);
    const told = async () => (await records()).filter(({ zone }) => zone === 'CBD-EARLY-01');
    await expect
      .poll(async () => (await told()).map(({ action }) => action).sort())
      .toEqual(['began', 'began', 'ended']);
    for (const { at } of await told()) expect(Math.abs(at - begun)).toBeLessThan(20_000);
  });

  test('masks that are drawn at one node end the picture of a camera of another that cannot follow, at a third too', async () => {
    const zone = 'CBD-MASKED-01';
    const administrator = [{ role: 'administrator', zones: '*' }] as const;
    const installer = await join(b, ada, 'installer', [...administrator]);
    const unable = await LightPublisher.start(b.url, zone, threeLayerClip(), installer.headers);
    const { headers } = await join(early, ada, 'viewer', [...operator]);
    const viewer = new LightWatcher(early.url, { headers });
    try {
      await viewer.client.connected();
      await viewer.watch(zone);
      const packets = () => viewer.received().packets;
      await expect.poll(packets, { timeout: 10_000 }).toBeGreaterThan(50);
      await ada.request('PUT', `/api/zones/${zone}`, { masks });
      await expect
        .poll(() => unable.client.heard('session:ended'), { timeout: 2000 })
        .toMatchObject([{ code: 'masks-required' }]);
      await pause(200); // What was under way.
      expect(await viewer.rests(300)).toBe(true);
    } finally {
      unable.close();
      viewer.close();
    }
    const able = await socketOf(ada);
    const claimed = await able.ask('claim', { zone, label: '', masks: true });
    expect(claimed).toMatchObject({ ok: true, masks });
  });

  test.each(['killed', 'hung'] as const)(
    'while PostgreSQL is %s, nodes live, pictures go on and no socket is lost; nobody new watches without a record, and each is told why',
    async (how) => {
      const name = `guard while ${how}`;
      await ada.addPerson(name, [{ role: 'administrator', zones: '*' }]);
      const seatAt = async (node: RunningServer): Promise<Seat> => {
        const visitor = new Visitor(node.url);
        expect((await visitor.signIn(name)).status).toBe(200);
        return { node, headers: visitor.headers };
      };
      await loseDatabase(cluster, [await seatAt(a), await seatAt(b)], how, 1500);
      // One record for each that did watch: two before, and two afterwards.
      const zone = `CBD-STORE-${how.toUpperCase()}`;
      const began = (await records()).filter(
        (one) => one.zone === zone && one.kind === 'watching' && one.action === 'began',
      );
      expect(began).toHaveLength(4);
    },
  );

  test('records of three nodes at once are one chain, also when one of them is killed in the middle of it', async () => {
    const doomed = await cluster.startNode('doomed', accounts);
    const browser = new Visitor(doomed.url);
    const begun = await browser.ask('GET', '/api/oidc/start?next=/account');
    const nodes = [a, b, doomed];
    const consoles = await Promise.all(
      nodes.map(async (node) => {
        const visitor = new Visitor(node.url);
        expect((await visitor.signIn('Ada')).status).toBe(200);
        return socketOf(visitor);
      }),
    );
    const watched: string[] = [];
    let killed = false;
    const busy = consoles.map(async (client, at) => {
      for (let turn = 0; turn < 12 && !(at === 2 && killed); turn += 1) {
        const zone = `CBD-CHAIN-${at}-${turn}`;
        const { ok } = await client
          .ask('watch', { tiles: [tile(zone)], rtpCapabilities })
          .catch(() => ({ ok: false }));
        if (ok) watched.push(zone);
        if (at === 2 && turn === 5) {
          killed = true;
          doomed.process.kill('SIGKILL');
        }
      }
    });
    await Promise.all(busy);
    // Who signs on through it meanwhile is in at another.
    const answer = await passProvider(provider, begun);
    const { headers } = await browser.at(b).ask('GET', answer, undefined, {});
    expect(headers.get('location')).toBe('/account');
    const now = await records();
    const began = now.filter(({ action }) => action === 'began').map(({ zone }) => zone);
    for (const zone of watched) expect(began).toContain(zone);
    // What the dead one was watched through ends in the audit, by another node.
    const last = watched.filter((zone) => zone.startsWith('CBD-CHAIN-2-')).at(-1);
    const end = async () =>
      (await records()).find(({ zone, action }) => zone === last && action === 'ended');
    await expect.poll(end, { timeout: 15_000 }).toMatchObject({ detail: { reason: 'crash' } });
    expect(audit()).toMatch(/records, chain whole/);
  });

  test('while Redis is gone people sign in, and each node counts guesses by itself', async () => {
    await ada.addPerson('alone', [...operator]);
    await cluster.redis.kill();
    try {
      expect(await signIn(b, 'alone')).toBe('200');
      const guesses = await Promise.all(
        Array.from({ length: perAccount + 2 }, () => signIn(b, 'alone', 'a guess')),
      );
      expect(count(guesses, 'sign-in-failed')).toBe(perAccount);
      expect(await signIn(b, 'alone')).toBe('throttled');
    } finally {
      await cluster.redis.start();
    }
  });
});
