/** Who may come in, and what they may do: accounts, keys and grants on the running server, on each store. */
import { Secret, TOTP } from 'otpauth';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AuditPage } from '../../server/contract/audit.ts';
import type { ZoneEventPage } from '../../server/contract/camera-event.ts';
import type { Key, Person, ActiveSignIn } from '../../server/contract/api.ts';
import { rtpCapabilities, tile, type Client } from '../support/client.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { describeStores } from '../support/stores.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, join, password, setUp, Visitor } from '../support/visitor.ts';

const cookieName = '__Host-surveillance';

describeStores((make) => {
  let server: RunningServer;
  let ada: Visitor;
  let open: { close(): void }[] = [];
  const opened = <T extends { close(): void }>(one: T): T => {
    open.push(one);
    return one;
  };

  beforeAll(async () => {
    const { url } = await make.fresh();
    server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts', STORE_URL: url });
    const early = new Visitor(server.url);
    // Before anything else: what can be reached of a server that is not set up.
    expect((await early.ask('GET', '/healthz')).status).toBe(200);
    for (const path of ['/', '/wall', '/setup', '/sign-in', '/main.js', '/api/me', '/metrics']) {
      expect((await early.ask('GET', path)).status).toBe(403);
    }
    expect((await early.ask('GET', '/setup?token=guessed')).status).toBe(403);
    expect((await early.ask('POST', '/api/set-up', { name: 'Eve', password })).status).toBe(403);
    await expect(early.socket().connected()).rejects.toThrow();
    ada = await setUp(server);
  });
  afterEach(() => {
    for (const one of open) one.close();
    open = [];
  });
  afterAll(async () => {
    await server?.stop();
  });

  const watch = (client: Client, zone: string) =>
    client.ask('watch', { tiles: [tile(zone)], rtpCapabilities });

  test('the set-up link is good once', async () => {
    const late = new Visitor(server.url);
    const link = new URL(server.setUpLink ?? '');
    expect((await late.ask('GET', link.pathname + link.search)).headers.get('location')).toBe(
      '/sign-in',
    );
    expect((await late.ask('POST', '/api/set-up', { name: 'Eve', password })).code).toBe(
      'sign-in-failed',
    );
  });

  test('pages send whoever is not signed in to the sign-in page, and bring them back', async () => {
    const { status, headers } = await new Visitor(server.url).ask('GET', '/wall?match=CBD-*');
    expect(status).toBe(303);
    expect(headers.get('location')).toBe('/sign-in?next=%2Fwall%3Fmatch%3DCBD-*');
  });

  test('the cookie is for this host, over TLS, and out of reach for scripts', async () => {
    const visitor = new Visitor(server.url);
    const { headers } = await visitor.signIn('ada'); // names do not depend on case
    const [line = ''] = headers.getSetCookie();
    expect(line).toMatch(/^__Host-surveillance=[\w-]{43};/);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
      expect(line).toContain(part);
    expect(line).not.toContain('Domain');
  });

  test('a wrong password and an unknown name are answered alike', async () => {
    const visitor = new Visitor(server.url);
    const wrong = await visitor.signIn('Ada', 'seven quiet herons wander');
    const unknown = await visitor.signIn('Nobody', 'seven quiet herons wander');
    expect(wrong.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
  });

  test.each(['short', 'password1234', 'aaaaaaaaaaaaaa', '123456789012', 'qwertyuiop12'])(
    'the password %s is refused with what to do',
    async (weak) => {
      const reply = await ada.ask('POST', '/api/people', {
        name: 'Weak',
        password: weak,
        grants: [],
      });
      expect(reply.code).toBe('weak-password');
    },
  );

  test('guessing is slowed down for an account, without a difference for the right guess', async () => {
    await ada.addPerson('Bruno', [{ role: 'operator', zones: '*' }]);
    const guesser = new Visitor(server.url);
    for (let guess = 0; guess < 10; guess += 1) {
      expect((await guesser.signIn('Bruno', `not the password ${guess}`)).code).toBe(
        'sign-in-failed',
      );
    }
    expect((await guesser.signIn('Bruno')).code).toBe('throttled');
    expect((await guesser.signIn('Ada')).status).toBe(200);
  });

  test('a second factor is asked for, and each of its codes is good once', async () => {
    const carla = await join(server, ada, 'Carla', [{ role: 'operator', zones: '*' }]);
    const offer = await carla.request<{ secret: string }>('POST', '/api/me/two-factor', {
      password,
    });
    const app = new TOTP({ secret: Secret.fromBase32(offer.secret) });
    const now = app.generate();
    expect((await carla.ask('POST', '/api/me/two-factor/confirm', { code: '000000' })).code).toBe(
      'sign-in-failed',
    );
    await carla.request('POST', '/api/me/two-factor/confirm', { code: now });
    const visitor = new Visitor(server.url);
    expect((await visitor.signIn('Carla')).code).toBe('code-needed');
    expect((await visitor.signIn('Carla', password, now)).code).toBe('sign-in-failed');
    const next = app.generate({ timestamp: Date.now() + 30_000 });
    expect((await visitor.signIn('Carla', password, next)).status).toBe(200);
    await carla.request('DELETE', '/api/me/two-factor', { password });
    expect((await new Visitor(server.url).signIn('Carla')).status).toBe(200);
  });

  test('a sign-in gets a new token, and a planted one is worth nothing', async () => {
    const visitor = new Visitor(server.url);
    visitor.plant(cookieName, 'planted'.padEnd(43, 'x'));
    expect((await visitor.ask('GET', '/api/me')).code).toBe('unauthenticated');
    await visitor.signIn('Ada');
    expect(visitor.cookie(cookieName)).not.toContain('planted');
    const former = visitor.cookie(cookieName) ?? '';
    await visitor.signIn('Ada');
    const thief = new Visitor(server.url);
    thief.plant(cookieName, former);
    expect((await thief.ask('GET', '/api/me')).code).toBe('unauthenticated');
  });

  test('a new password ends the other sign-ins; signing out ends its own sockets', async () => {
    const dora = await join(server, ada, 'Dora', [{ role: 'operator', zones: '*' }]);
    const other = new Visitor(server.url);
    await other.signIn('Dora');
    const socket = opened(other.socket());
    await socket.connected();
    const next = 'another heron in the reeds';
    await dora.request('POST', '/api/me/password', { current: password, next });
    await expect.poll(() => socket.socket.connected, { timeout: 1000 }).toBe(false);
    expect(socket.heard('session:ended')).toMatchObject([{ code: 'unauthenticated' }]);
    expect((await other.ask('GET', '/api/me')).code).toBe('unauthenticated');
    expect((await dora.ask('GET', '/api/me')).status).toBe(200);
    const own = opened(dora.socket());
    await own.connected();
    await dora.request('POST', '/api/sign-out', {});
    await expect.poll(() => own.socket.connected, { timeout: 1000 }).toBe(false);
  });

  test('nobody watches, films or sees a zone without a grant for it', async () => {
    const emil = await join(server, ada, 'Emil', [{ role: 'operator', zones: 'CBD-*' }]);
    const camera = await enrol(server, await ada.addKey('camera', 'PARK-*'));
    const filming = opened(camera.socket());
    expect(await filming.ask('claim', { zone: 'CBD-GATE-01', label: '' })).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(await filming.ask('claim', { zone: 'PARK-GATE-01', label: '' })).toMatchObject({
      ok: true,
    });
    expect(await watch(filming, 'PARK-GATE-01')).toMatchObject({ ok: false });

    const socket = opened(emil.socket());
    expect(await watch(socket, 'PARK-GATE-01')).toMatchObject({ error: { code: 'forbidden' } });
    expect(await watch(socket, 'CBD-GATE-01')).toMatchObject({ ok: true, forbidden: [] });
    expect(await socket.ask('claim', { zone: 'CBD-GATE-01', label: '' })).toMatchObject({
      ok: false,
    });
    const both = await socket.ask('watch', {
      tiles: [tile('CBD-GATE-01'), tile('PARK-GATE-01')],
      rtpCapabilities,
    });
    expect(both).toMatchObject({
      ok: true,
      forbidden: ['PARK-GATE-01'],
      zones: [{ id: 'CBD-GATE-01' }],
    });
    // Not even that a zone exists is told.
    expect(JSON.stringify(socket.notices)).not.toContain('PARK');
    for (const path of ['/api/people', '/api/keys', '/api/sessions', '/api/audit']) {
      expect((await emil.ask('GET', path)).code).toBe('forbidden');
    }
  });

  test('a grant that is withdrawn cuts the running feed within a second', async () => {
    const fritz = await join(server, ada, 'Fritz', [{ role: 'operator', zones: 'CBD-*' }]);
    const camera = await enrol(server, await ada.addKey('camera', 'CBD-*'));
    opened(await LightPublisher.start(server.url, 'CBD-CUT-01', threeLayerClip(), camera.headers));
    const watcher = opened(new LightWatcher(server.url, { headers: fritz.headers }));
    await watcher.watch('CBD-CUT-01');
    await expect.poll(() => watcher.received().packets, { timeout: 10_000 }).toBeGreaterThan(100);

    const { id } = await person('Fritz');
    const grants = [{ role: 'operator', zones: 'PARK-*' }];
    await ada.request('PATCH', `/api/people/${id}`, { grants });
    await expect
      .poll(() => watcher.client.heard('zones:withdrawn'), { timeout: 1000 })
      .toEqual([{ zones: ['CBD-CUT-01'] }]);
    // What was on its way may still come.
    await expect.poll(() => watcher.rests(1000), { timeout: 4000 }).toBe(true);
    expect(await watch(watcher.client, 'CBD-CUT-01')).toMatchObject({
      error: { code: 'forbidden' },
    });
  });

  test('a revoked key ends its camera within a second', async () => {
    const made = await ada.addKey('camera', 'DOCK-*');
    const camera = await enrol(server, made);
    const publisher = opened(
      await LightPublisher.start(server.url, 'DOCK-01', threeLayerClip(), camera.headers),
    );
    await ada.request('DELETE', `/api/keys/${made.key.id}`);
    await expect.poll(() => publisher.client.socket.connected, { timeout: 1000 }).toBe(false);
    expect(publisher.client.heard('session:ended')).toMatchObject([{ code: 'unauthenticated' }]);
    expect((await camera.ask('GET', '/api/me')).code).toBe('unauthenticated');
  });

  test('a key works in a header, and an enrolment link works once', async () => {
    const made = await ada.addKey('wall', 'CBD-*');
    const device = new Visitor(server.url);
    const authorization = `Bearer ${made.secret}`;
    const me = await device.ask('GET', '/api/me', undefined, { authorization });
    expect(me.body).toMatchObject({ kind: 'key', grants: [{ role: 'wall', zones: 'CBD-*' }] });
    const socket = opened(device.socket(undefined, { authorization }));
    expect(await watch(socket, 'CBD-GATE-01')).toMatchObject({ ok: true });
    await enrol(server, made);
    const again = await device.ask('POST', '/api/enrol', { token: made.enrolment.token });
    expect(again.code).toBe('sign-in-failed');
    const keys = await ada.request<Key[]>('GET', '/api/keys');
    expect(keys.find(({ id }) => id === made.key.id)?.lastUsed).toBeGreaterThan(
      Date.now() - 10_000,
    );
    expect(JSON.stringify(keys)).not.toContain(made.secret);
  });

  test('the last administrator stays', async () => {
    const { id } = await person('Ada');
    for (const changes of [{ grants: [] }, { disabled: true }]) {
      const reply = await ada.ask('PATCH', `/api/people/${id}`, changes);
      expect(reply.code).toBe('last-administrator');
    }
    expect((await ada.ask('DELETE', `/api/people/${id}`)).code).toBe('last-administrator');
    expect((await ada.ask('GET', '/api/people')).status).toBe(200);
  });

  test('a name is taken once, whatever its case', async () => {
    await ada.addPerson('Greta', []);
    const reply = await ada.ask('POST', '/api/people', { name: 'GRETA', password, grants: [] });
    expect(reply.code).toBe('name-taken');
  });

  test('live sessions tell what is watched, and can be ended', async () => {
    const hugo = await join(server, ada, 'Hugo', [{ role: 'operator', zones: '*' }]);
    const socket = opened(hugo.socket());
    await watch(socket, 'CBD-GATE-02');
    const sessions = await ada.request<ActiveSignIn[]>('GET', '/api/sessions');
    const session = sessions.find(({ actor }) => actor.name === 'Hugo');
    expect(session).toMatchObject({
      watching: ['CBD-GATE-02'],
      address: '127.0.0.1',
      current: false,
    });
    await ada.request('DELETE', `/api/sessions/${session?.id}`);
    await expect.poll(() => socket.socket.connected, { timeout: 1000 }).toBe(false);
  });

  test('the audit tells who watched which zone, from where, and from when to when', async () => {
    const ida = await join(server, ada, 'Ida', [{ role: 'operator', zones: 'QUAY-*' }]);
    const socket = opened(ida.socket());
    await watch(socket, 'QUAY-01');
    await socket.ask('leave', {});
    await expect
      .poll(async () => (await audit(ada, 'actor=Ida&kind=watching')).records)
      .toMatchObject([
        {
          action: 'ended',
          zone: 'QUAY-01',
          address: '127.0.0.1',
          actor: { kind: 'person', name: 'Ida' },
          detail: { from: expect.stringMatching(/Z$/) as string, to: expect.any(String) as string },
        },
        { action: 'began', zone: 'QUAY-01', actor: { name: 'Ida' } },
      ]);
    const changes = await audit(ada, 'kind=change');
    expect(changes.records.map(({ action }) => action)).toContain('person-added');
    expect(JSON.stringify(changes)).not.toContain(password);
    const failures = await audit(ada, 'kind=sign-in');
    expect(failures.records.map(({ action }) => action)).toContain('failed');
  });

  test('a supervisor sees the audit of the granted zones and no other', async () => {
    const jan = await join(server, ada, 'Jan', [{ role: 'supervisor', zones: 'QUAY-*' }]);
    const quay = opened(jan.socket());
    await watch(quay, 'QUAY-02');
    const { records } = await audit(jan, 'limit=500');
    expect(records.length).toBeGreaterThan(0);
    for (const { zone } of records) expect(zone).toMatch(/^QUAY-/);
  });

  test('what a camera notices is in the history of its zone, for whoever may see the audit of it', async () => {
    const camera = opened((await enrol(server, await ada.addKey('camera', 'QUAY-03'))).socket());
    const event = { kind: 'motion', state: 'began', source: 'gate\u0000' } as const;
    expect(await camera.ask('camera:event', event)).toMatchObject({
      error: { code: 'not-joined' },
    });
    await camera.request('claim', { zone: 'QUAY-03', label: 'gate' });
    const before = Date.now();
    await camera.request('camera:event', { ...event, ago: 30_000 });
    await camera.request('camera:event', { kind: 'tamper', state: 'ended' });
    for (const wrong of [{ kind: 'gunshot' }, { ago: -1 }, { ago: 1e9 }, { state: 'on' }]) {
      const answer = await camera.ask('camera:event', { ...event, ...wrong } as typeof event);
      expect(answer).toMatchObject({ error: { code: 'invalid-request' } });
    }
    const [ken, lea] = [
      await join(server, ada, 'Ken', [{ role: 'supervisor', zones: 'QUAY-*' }]),
      await join(server, ada, 'Lea', [
        { role: 'supervisor', zones: 'DOCK-*' },
        { role: 'installer', zones: 'QUAY-*' },
      ]),
    ];
    const path = '/api/v1/zones/QUAY-03/events';
    const page = () => ken.request<ZoneEventPage>('GET', path);
    await expect.poll(async () => (await page()).events.length, { timeout: 3000 }).toBe(2);
    const { events, next } = await page();
    expect(next).toBeUndefined();
    expect(events).toMatchObject([
      { kind: 'tamper', state: 'ended', source: '' },
      { kind: 'motion', state: 'began', source: 'gate' },
    ]);
    const [tamper, motion] = events.map(({ at }) => at - before);
    expect(motion).toBeGreaterThan(-31_000);
    expect(motion).toBeLessThan(-25_000);
    expect(tamper).toBeGreaterThan(-1000);
    const older = await ken.request<ZoneEventPage>(
      'GET',
      `${path}?limit=1&before=${events[0]?.id}`,
    );
    expect(older.events).toEqual(events.slice(1));
    for (const [visitor, code] of [
      [lea, 'forbidden'],
      [new Visitor(server.url), 'unauthenticated'],
    ] as const) {
      expect((await visitor.ask('GET', path)).code).toBe(code);
    }
    expect((await ken.ask('GET', '/api/v1/zones/DOCK-01/events')).code).toBe('forbidden');
    expect((await ken.ask('GET', `${path}?limit=501`)).code).toBe('invalid-request');
  });

  test('the audit can be taken away as a file, which is itself in the audit', async () => {
    const csv = await ada.ask('GET', '/api/audit/export?format=csv&kind=watching');
    expect(csv.headers.get('content-disposition')).toMatch(
      /^attachment; filename=audit-[\d-]+\.csv$/,
    );
    expect(csv.body).toMatch(/^number,at,kind,action/);
    const lines = await ada.ask('GET', '/api/audit/export?format=jsonl');
    const records = String(lines.body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(records).toContainEqual(expect.objectContaining({ action: 'audit-exported' }));
  });

  async function person(name: string): Promise<Person> {
    const people = await ada.request<Person[]>('GET', '/api/people');
    const found = people.find((one) => one.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  }

  function audit(visitor: Visitor, query: string): Promise<AuditPage> {
    return visitor.request('GET', `/api/audit?${query}`);
  }
});
