/** Single sign-on against a real provider of OpenID Connect. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Me, Person } from '../../server/contract/api.ts';
import type { AuditPage } from '../../server/contract/audit.ts';
import { signOnSettings, startProvider, type RunningProvider } from '../support/provider.ts';
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
  ];
  server = await startServer(signOnSettings(provider, url, grants));
  ada = await setUp(server);
});
beforeEach(() => {
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

test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
  'it never leads on to %s',
  async (next) => {
    const visitor = new Visitor(server.url);
    expect(await wander(visitor, `/api/oidc/start?next=${encodeURIComponent(next)}`)).toBe('/');
  },
);

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
