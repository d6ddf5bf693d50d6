/** Single sign-on against a real provider of OpenID Connect. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Me, Person } from '../../server/contract/api.ts';
import type { AuditPage } from '../../server/contract/audit.ts';
import {
  passProvider,
  signOnSettings,
  startProvider,
  type RunningProvider,
} from '../support/provider.ts';
import { freePort, startServer, type RunningServer } from '../support/server.ts';
import { setUp, Visitor } from '../support/visitor.ts';

let provider: RunningProvider;
let server: RunningServer;
let ada: Visitor;

beforeAll(async () => {
  const url = `http://localhost:${await freePort()}`;
  provider = await startProvider(url);
  const grants = [
    { value: 'cctv-cbd', role: 'operator', zones: 'CBD-*' },
    { value: 'cctv-lead', role: 'supervisor', zones: '*' },
    { value: 'cctv-admin', role: 'administrator', zones: '*' },
  ];
  server = await startServer({
    ...signOnSettings(provider, url, grants),
    OIDC_CHECK_INTERVAL: '2000',
  });
  ada = await setUp(server);
});
beforeEach(() => {
  provider.silent = false;
  provider.visitor = { subject: 'u-17', name: 'Olga', groups: ['cctv-cbd', 'canteen'] };
});
afterAll(async () => {
  await server?.stop();
  await provider?.stop();
});

/** Follows a browser's way over both servers, up to the first address that has no redirect. */
async function wander(visitor: Visitor, path: string): Promise<string> {
  const jars = new Map([
    [server.url, visitor],
    [provider.issuer, new Visitor(provider.issuer)],
  ]);
  let at = new URL(path, server.url);
  for (let step = 0; step < 12; step += 1) {
    const { headers } = (await jars
      .get(at.origin)
      ?.ask('GET', at.pathname + at.search, undefined, {})) ?? { headers: new Headers() };
    const next = headers.get('location');
    if (next === null) return at.pathname + at.search;
    at = new URL(next, at);
  }
  throw new Error('the redirects have no end');
}

test('the sign-in page offers it by its name', async () => {
  const { body } = await new Visitor(server.url).ask('GET', '/sign-in');
  expect(body).toContain('City account');
});

test('who signs in there is in here, with what the groups grant and at the page that was asked for', async () => {
  const visitor = new Visitor(server.url);
  expect(await wander(visitor, '/api/oidc/start?next=/wall')).toBe('/wall');
  expect(await visitor.request<Me>('GET', '/api/me')).toMatchObject({
    kind: 'person',
    name: 'Olga',
    grants: [{ role: 'operator', zones: 'CBD-*' }],
    password: false,
  });
});

test('other groups are other rights at the next sign-in, of the same person', async () => {
  await wander(new Visitor(server.url), '/api/oidc/start');
  provider.visitor = { subject: 'u-17', name: 'Olga', groups: ['cctv-lead'] };
  const visitor = new Visitor(server.url);
  await wander(visitor, '/api/oidc/start');
  const { grants } = await visitor.request<Me>('GET', '/api/me');
  expect(grants).toEqual([{ role: 'supervisor', zones: '*' }]);
  const people = await ada.request<Person[]>('GET', '/api/people');
  expect(people.filter(({ name }) => name === 'Olga')).toHaveLength(1);
});

test('someone with the name of an account here is someone else', async () => {
  provider.visitor = { subject: 'u-66', name: 'Ada', groups: [] };
  const visitor = new Visitor(server.url);
  await wander(visitor, '/api/oidc/start');
  const me = await visitor.request<Me>('GET', '/api/me');
  expect(me).toMatchObject({ name: 'Ada (2)', grants: [] });
  expect((await visitor.ask('GET', '/api/people')).code).toBe('forbidden');
});

test('whoever is switched off here, or turned away there, is told so on the sign-in page', async () => {
  await wander(new Visitor(server.url), '/api/oidc/start');
  const people = await ada.request<Person[]>('GET', '/api/people');
  const olga = people.find(({ name }) => name === 'Olga');
  await ada.request('PATCH', `/api/people/${olga?.id}`, { disabled: true });
  const refused = '/sign-in?refused=sign-in-failed';
  expect(await wander(new Visitor(server.url), '/api/oidc/start')).toBe(refused);
  await ada.request('PATCH', `/api/people/${olga?.id}`, { disabled: false });
  provider.visitor = undefined;
  expect(await wander(new Visitor(server.url), '/api/oidc/start')).toBe(refused);
});

test('an answer that this browser did not ask for signs nobody in', async () => {
  const victim = new Visitor(server.url);
  const attacker = new Visitor(server.url);
  const { headers } = await attacker.ask('GET', '/api/oidc/start');
  const state = new URL(headers.get('location') ?? '').searchParams.get('state');
  const { headers: answer } = await victim.ask('GET', `/api/oidc/callback?code=x&state=${state}`);
  expect(answer.get('location')).toBe('/sign-in?refused=sign-in-failed');
  expect((await victim.ask('GET', '/api/me')).code).toBe('unauthenticated');
});

test('an answer is good once, and for the browser that began', async () => {
  const browser = new Visitor(server.url);
  const begun = await browser.ask('GET', '/api/oidc/start?next=/wall');
  const cookies = begun.headers.getSetCookie().map((line) => line.split(/[=;]/, 2));
  const answer = await passProvider(provider, begun);
  const bring = async (cookie: (typeof cookies)[number] | undefined) => {
    const visitor = new Visitor(server.url);
    if (cookie) visitor.plant(cookie[0] ?? '', cookie[1] ?? '');
    return (await visitor.ask('GET', answer, undefined, {})).headers.get('location');
  };
  const refused = '/sign-in?refused=sign-in-failed';
  // Of another browser, which has begun too.
  const other = await new Visitor(server.url).ask('GET', '/api/oidc/start');
  const [foreign = ''] = other.headers.getSetCookie();
  expect(await bring([cookies[0]?.[0] ?? '', foreign.split(/[=;]/, 2)[1] ?? ''])).toBe(refused);
  expect(await bring(undefined)).toBe(refused);
  const outcomes = await Promise.all(Array.from({ length: 4 }, () => bring(cookies[0])));
  expect(outcomes.sort()).toEqual([refused, refused, refused, '/wall']);
  expect(await bring(cookies[0])).toBe(refused);
});

test('sign-ons that are begun and never ended fill neither headers nor store', async () => {
  const browser = new Visitor(server.url);
  const zones = Array.from({ length: 100 }, (_, at) => `CBD-TRAFFIC-${at}`).join(',');
  for (let times = 0; times < 30; times += 1) {
    const { status, headers } = await browser.ask(
      'GET',
      `/api/oidc/start?next=/wall?zones=${zones}`,
    );
    expect(status).toBe(303);
    // What nginx takes by default is 4 kB.
    expect([...headers].reduce((sum, pair) => sum + pair.join(': ').length + 2, 0)).toBeLessThan(
      4000,
    );
    expect(browser.headers.cookie?.length).toBeLessThan(6000);
  }
  expect(await wander(browser, '/api/oidc/start?next=/wall')).toBe('/wall');
});

test.each([
  ...['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'],
  ...['/.//evil.example', '/%2f/evil.example', '/\t/evil.example'],
])('it never leads on to %s', async (next) => {
  const visitor = new Visitor(server.url);
  expect(await wander(visitor, `/api/oidc/start?next=${encodeURIComponent(next)}`)).toBe('/');
});

test('rights of someone from elsewhere are not changed here, and each step is in the audit', async () => {
  await wander(new Visitor(server.url), '/api/oidc/start');
  const people = await ada.request<Person[]>('GET', '/api/people');
  const olga = people.find(({ name }) => name === 'Olga');
  expect(olga?.external).toBe(true);
  const reply = await ada.ask('PATCH', `/api/people/${olga?.id}`, { grants: [] });
  expect(reply.code).toBe('invalid-request');
  const { records } = await ada.request<AuditPage>('GET', '/api/audit?actor=Olga');
  expect(records).toContainEqual(
    expect.objectContaining({ action: 'signed-in', detail: { how: 'single sign-on' } }),
  );
  expect(records.map(({ action }) => action)).toContain('person-added');
});

test('two tabs that sign on at once both get where they wanted', async () => {
  const browser = new Visitor(server.url);
  const tabs = await Promise.all(
    ['/wall', '/account'].map((next) => browser.ask('GET', `/api/oidc/start?next=${next}`)),
  );
  const there = new Visitor(provider.issuer);
  const arrived: (string | null)[] = [];
  for (const begun of tabs) {
    const reply = await browser.ask(
      'GET',
      await passProvider(provider, begun, there),
      undefined,
      {},
    );
    arrived.push(reply.headers.get('location'));
    expect((await browser.ask('GET', '/api/me')).status).toBe(200);
  }
  expect(arrived).toEqual(['/wall', '/account']);
});

test('a name that a provider tells is made to fit the rule for names', async () => {
  const told = 'Eve\u202Egro\u200B\r\n.evil\u00AD';
  provider.visitor = { subject: 'u-99', name: told, groups: [] };
  const visitor = new Visitor(server.url);
  await wander(visitor, '/api/oidc/start');
  expect((await visitor.request<Me>('GET', '/api/me')).name).toBe('Evegro .evil');
});

test('what is withdrawn at the provider ends here within the set time', async () => {
  const visitor = new Visitor(server.url);
  await wander(visitor, '/api/oidc/start');
  const socket = visitor.socket();
  await socket.connected();
  const grants = async () => (await visitor.request<Me>('GET', '/api/me')).grants;
  provider.known.set('u-17', { subject: 'u-17', name: 'Olga', groups: ['cctv-lead'] });
  await expect.poll(grants, { timeout: 3000 }).toEqual([{ role: 'supervisor', zones: '*' }]);
  provider.known.delete('u-17');
  await expect.poll(() => socket.socket.connected, { timeout: 3500 }).toBe(false);
  expect((await visitor.ask('GET', '/api/me')).code).toBe('unauthenticated');
  const { records } = await ada.request<AuditPage>('GET', '/api/audit?kind=sign-in');
  expect(records).toContainEqual(
    expect.objectContaining({
      action: 'sign-in-ended',
      detail: { of: 'Olga', reason: 'withdrawn at the provider' },
    }),
  );
});

test('a provider that does not answer is noticed, told on the sign-in page, and in nobody’s way', async () => {
  const visitor = new Visitor(server.url);
  await wander(visitor, '/api/oidc/start');
  provider.silent = true;
  const began = Date.now();
  const page = async () => (await new Visitor(server.url).ask('GET', '/sign-in')).body;
  await expect.poll(page, { timeout: 12_000 }).toContain('"singleSignOnDown":true');
  expect(Date.now() - began).toBeLessThan(12_000);
  expect(await wander(new Visitor(server.url), '/api/oidc/start')).toBe(
    '/sign-in?refused=unavailable',
  );
  expect(await (await fetch(`${server.url}/readyz`)).text()).toContain('does not answer');
  expect((await new Visitor(server.url).signIn('Ada')).status).toBe(200);
  // Nobody's right is taken for it.
  expect((await visitor.ask('GET', '/api/me')).status).toBe(200);
  provider.silent = false;
  await expect.poll(page, { timeout: 12_000 }).toContain('"singleSignOnDown":false');
  expect(await wander(new Visitor(server.url), '/api/oidc/start')).toBe('/');
});

test('the last administrator is not lost by what the provider tells', async () => {
  provider.visitor = { subject: 'u-1', name: 'Root', groups: ['cctv-admin'] };
  const root = new Visitor(server.url);
  await wander(root, '/api/oidc/start');
  const people = await root.request<Person[]>('GET', '/api/people');
  const id = people.find(({ name }) => name === 'Ada')?.id;
  await root.request('PATCH', `/api/people/${id}`, { grants: [] });
  provider.visitor = { subject: 'u-1', name: 'Root', groups: [] };
  expect(await wander(new Visitor(server.url), '/api/oidc/start')).toBe(
    '/sign-in?refused=last-administrator',
  );
  await new Promise((resolve) => setTimeout(resolve, 2500)); // It is asked again meanwhile.
  const after = await root.request<Person[]>('GET', '/api/people');
  expect(after.find(({ name }) => name === 'Root')?.grants).toEqual([
    { role: 'administrator', zones: '*' },
  ]);
  await root.request('PATCH', `/api/people/${id}`, {
    grants: [{ role: 'administrator', zones: '*' }],
  });
});
