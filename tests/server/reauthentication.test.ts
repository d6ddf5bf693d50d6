/** What one proves again before it is changed, and which sign-ins end with it, on each store. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Key, Person } from '../../server/contract/api.ts';
import { addApp, App, earlyInStep } from '../support/app.ts';
import { describeStores, withDatabase } from '../support/stores.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { enrol, join, password, setUp, Visitor } from '../support/visitor.ts';

const next = 'another heron in the reeds';
const wrong = 'not the password at all';

describeStores((make) => {
  let server: RunningServer;
  let beside: RunningServer;
  let ada: Visitor;
  let names = 0;

  beforeAll(async () => {
    const { url } = await make.fresh();
    const settings = { TLS_ENABLED: 'false', ACCESS_MODE: 'accounts', STORE_URL: url };
    server = await startServer(settings);
    ada = await setUp(server);
    beside = await startServer({ ...settings, STORE_FOLDER: server.store.folder });
  });
  beforeEach(() => earlyInStep(8000));
  afterAll(async () => {
    await beside?.stop();
    await server?.stop();
  });

  const someone = async (): Promise<{ name: string; visitor: Visitor; other: Visitor }> => {
    names += 1;
    const name = `person ${names}`;
    const visitor = await join(server, ada, name, [{ role: 'operator', zones: '*' }]);
    const other = new Visitor(server.url);
    await other.signIn(name);
    return { name, visitor, other };
  };
  const isIn = async (visitor: Visitor): Promise<boolean> =>
    (await visitor.ask('GET', '/api/me')).status === 200;
  const idOf = async (name: string): Promise<string> => {
    const people = await ada.request<Person[]>('GET', '/api/people');
    return people.find((one) => one.name === name)?.id ?? '';
  };

  /** Has it that all codes so far were shown earlier. @param by ms */
  const shownEarlier = (by: number): Promise<void> =>
    withDatabase(server.store, async (db) => {
      const shown = db.selectFrom('facts').selectAll().where('name', 'like', 'shown-code:%');
      for (const { name, value } of await shown.execute()) {
        const [until, run] = value.split(' ');
        const earlier = `${Number(until) - by} ${run}`;
        await db.updateTable('facts').set({ value: earlier }).where('name', '=', name).execute();
      }
    });

  test('a second factor is added only with the password, and ends the other sign-ins', async () => {
    const { visitor, other } = await someone();
    for (const body of [undefined, {}, { password: wrong }]) {
      expect((await visitor.ask('POST', '/api/me/two-factor', body)).status).toBeGreaterThan(399);
    }
    expect((await visitor.ask('POST', '/api/me/two-factor/confirm', { code: '123456' })).code).toBe(
      'sign-in-failed',
    );
    await addApp(visitor);
    expect([await isIn(visitor), await isIn(other)]).toEqual([true, false]);
  });

  test('it is replaced only with password and code', async () => {
    const { name, visitor } = await someone();
    const app = await addApp(visitor);
    const other = new Visitor(server.url);
    expect((await other.signIn(name, password, app.code(0))).status).toBe(200);
    const offer = (body: object) => visitor.ask('POST', '/api/me/two-factor', body);
    expect((await offer({ password })).code).toBe('code-needed');
    expect((await offer({ password, code: app.wrong() })).code).toBe('sign-in-failed');
    expect((await offer({ password: wrong, code: app.code(1) })).code).toBe('sign-in-failed');
    const reply = await offer({ password, code: app.code(1) });
    const replacement = new App((reply.body as { secret: string }).secret);
    // The offer is good for the sign-in that has proven itself, and for no other.
    const code = replacement.code();
    expect((await other.ask('POST', '/api/me/two-factor/confirm', { code })).code).toBe(
      'sign-in-failed',
    );
    await visitor.request('POST', '/api/me/two-factor/confirm', { code });
    expect(await isIn(other)).toBe(false);
    const late = new Visitor(server.url);
    expect((await late.signIn(name, password, app.code(1))).code).toBe('sign-in-failed');
    expect((await late.signIn(name, password, replacement.code(1))).status).toBe(200);
  });

  test('who has just shown a code removes it with the password, at any server; an old sign-in only with a code', async () => {
    const { name, visitor } = await someone();
    await addApp(visitor);
    const removeThere = () => visitor.at(beside).ask('DELETE', '/api/me/two-factor', { password });
    await shownEarlier(300_000);
    expect((await removeThere()).code).toBe('code-needed');
    await shownEarlier(-60_000);
    expect((await removeThere()).status).toBe(200);
    const app = await addApp(visitor);
    const other = new Visitor(server.url);
    await other.signIn(name, password, app.code(0));
    await server.restart(); // From now on, no sign-in has shown a code a moment ago.
    const remove = (body: object, at = server) =>
      other.at(at).ask('DELETE', '/api/me/two-factor', body);
    expect((await remove({ password }, beside)).code).toBe('code-needed');
    expect((await remove({ password })).code).toBe('code-needed');
    expect((await remove({ password: wrong, code: app.code(1) })).code).toBe('sign-in-failed');
    expect((await remove({ password, code: app.code(1) })).status).toBe(200);
    expect([await isIn(other), await isIn(visitor)]).toEqual([true, false]);
  });

  test('a new password asks for the present one and a code', async () => {
    const { name, visitor } = await someone();
    const app = await addApp(visitor);
    const other = new Visitor(server.url);
    await other.signIn(name, password, app.code(0));
    const change = (body: object) => visitor.ask('POST', '/api/me/password', body);
    expect((await change({ current: password, next })).code).toBe('code-needed');
    expect((await change({ current: wrong, next, code: app.code(1) })).code).toBe('sign-in-failed');
    expect((await change({ current: password, next, code: app.code(1) })).status).toBe(200);
    expect([await isIn(visitor), await isIn(other)]).toEqual([true, false]);
  });

  test('the way of the administration asks for no less, of oneself', async () => {
    const name = `administrator ${(names += 1)}`;
    const grants = [{ role: 'administrator' as const, zones: '*' }];
    const bob = await join(server, ada, name, grants);
    const other = new Visitor(server.url);
    await other.signIn(name);
    const path = `/api/people/${await idOf(name)}`;
    for (const change of [{ password: next }, { twoFactor: false }]) {
      expect((await bob.ask('PATCH', path, change)).code).toBe('sign-in-failed');
      const guess = { ...change, proof: { password: wrong } };
      expect((await bob.ask('PATCH', path, guess)).code).toBe('sign-in-failed');
    }
    expect(await isIn(other)).toBe(true);
    const app = await addApp(bob);
    const proof = { password };
    expect((await bob.ask('PATCH', path, { twoFactor: false, proof })).code).toBe('code-needed');
    expect((await bob.ask('PATCH', path, { password: next, proof })).code).toBe('code-needed');
    const right = { password, code: app.code() };
    expect((await bob.ask('PATCH', path, { password: next, proof: right })).status).toBe(200);
    expect([await isIn(bob), await isIn(other)]).toEqual([true, false]);
    // Of others it does not: they may have forgotten it.
    const { name: lost, visitor } = await someone();
    await ada.request('PATCH', `/api/people/${await idOf(lost)}`, { password: next });
    expect(await isIn(visitor)).toBe(false);
  });

  test('a code is good once: at the same moment, on two servers, and after a restart', async () => {
    const { name, visitor } = await someone();
    const app = await addApp(visitor);
    const code = app.code(0);
    const servers = [server, beside, server, beside, server, beside];
    const replies = await Promise.all(
      servers.map(({ url }) => new Visitor(url).signIn(name, password, code)),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    await server.restart();
    const again = new Visitor(server.url);
    expect((await again.signIn(name, password, code)).code).toBe('sign-in-failed');
    expect((await again.signIn(name, password, app.code(1))).status).toBe(200);
    // One of a step before the last one is as good as used.
    expect((await again.signIn(name, password, app.code(0))).code).toBe('sign-in-failed');
  });

  test('whoever is disabled is refused with a right code, which stays good', async () => {
    const { name, visitor } = await someone();
    const app = await addApp(visitor);
    const path = `/api/people/${await idOf(name)}`;
    await ada.request('PATCH', path, { disabled: true });
    const reply = await new Visitor(server.url).signIn(name, password, app.code());
    expect(reply.code).toBe('sign-in-failed');
    expect(await isIn(visitor)).toBe(false);
    await ada.request('PATCH', path, { disabled: false });
    expect((await new Visitor(server.url).signIn(name, password, app.code())).status).toBe(200);
  });

  test('a browser that is enrolled is not signed in as the person any more', async () => {
    const { visitor } = await someone();
    const thief = visitor.copy();
    expect(await isIn(thief)).toBe(true);
    const { enrolment } = await ada.addKey('wall', '*');
    await visitor.request('POST', '/api/enrol', { token: enrolment.token });
    expect(await isIn(thief)).toBe(false);
    expect(await visitor.request('GET', '/api/me')).toMatchObject({ kind: 'key' });
  });

  test('an enrolled browser is the same device again once a person has signed in and out on it', async () => {
    const made = await ada.addKey('camera', 'CBD-*');
    const device = await enrol(server, made);
    const { name } = await someone();
    for (let visit = 0; visit < 2; visit += 1) {
      expect((await device.signIn(name)).status).toBe(200);
      expect(await device.request('GET', '/api/me')).toMatchObject({ kind: 'person', name });
      expect(await device.request('POST', '/api/sign-out', {})).toEqual({ enrolled: true });
      expect(await device.request('GET', '/api/me')).toMatchObject({ kind: 'key' });
    }
    // A person's sign-in that ends elsewhere leaves the device, too.
    await device.signIn(name);
    await ada.request('PATCH', `/api/people/${await idOf(name)}`, { disabled: true });
    expect(await device.request('GET', '/api/me')).toMatchObject({ kind: 'key' });
    // Enrolled anew, the old key's sign-in is over.
    const thief = device.copy();
    const other = await ada.addKey('wall', '*');
    await device.request('POST', '/api/enrol', { token: other.enrolment.token });
    expect(await isIn(thief)).toBe(false);
    expect(await device.request('GET', '/api/me')).toMatchObject({
      kind: 'key',
      name: other.key.name,
    });
    expect(await device.request('POST', '/api/sign-out', {})).toEqual({ enrolled: false });
    expect(await isIn(device)).toBe(false);
  });

  test('a new enrolment link takes the place of the ones before; what is enrolled stays', async () => {
    const made = await ada.addKey('wall', '*');
    const { key } = made as { key: Key };
    const another = () =>
      ada.request<typeof made.enrolment>('POST', `/api/keys/${key.id}/enrolment`, {});
    const first = await enrol(server, made);
    const second = { ...made, enrolment: await another() };
    const third = { ...made, enrolment: await another() };
    await expect(enrol(server, second)).rejects.toThrow('sign-in-failed');
    expect(await isIn(await enrol(server, third))).toBe(true);
    expect(await isIn(first)).toBe(true);
  });
});
