/** Passwords that no administrator knows: links, the forced change, recovery codes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Grant } from '../../server/contract/access.ts';
import type { AuditPage } from '../../server/contract/audit.ts';
import type { Invitation, Me, Person } from '../../server/contract/api.ts';
import { addApp } from '../support/app.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { join, password, setUp, Visitor } from '../support/visitor.ts';

let server: RunningServer;
let ada: Visitor;
const grants: Grant[] = [{ role: 'operator', zones: 'CBD-*' }];
const known = 'nine loud magpies argue';

beforeAll(async () => {
  server = await startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' });
  ada = await setUp(server);
});
afterAll(async () => {
  await server?.stop();
});

async function idOf(name: string): Promise<string> {
  const people = await ada.request<Person[]>('GET', '/api/people');
  return people.find((person) => person.name === name)?.id ?? '';
}
const invite = async (name: string): Promise<Invitation> =>
  ada.request('POST', `/api/people/${await idOf(name)}/invitation`, {});
const accept = (visitor: Visitor, token: string, secret = password, code?: string) =>
  visitor.ask('POST', '/api/invitation/accept', { token, password: secret, ...(code && { code }) });
async function recorded(): Promise<string> {
  const { records } = await ada.request<AuditPage>('GET', '/api/audit?limit=500');
  return JSON.stringify(records);
}

test('an invited person chooses the password, once, and is signed in', async () => {
  type Added = Person & { invitation: Invitation };
  const { invitation, ...person } = await ada.request<Added>('POST', '/api/people', {
    ...{ name: 'Ines', grants },
  });
  expect(person).toMatchObject({ password: false, invitedUntil: invitation.expiresAt });
  const ines = new Visitor(server.url);
  const { token } = invitation;
  expect((await ines.signIn('Ines')).code).toBe('sign-in-failed');
  expect(await ines.request('POST', '/api/invitation', { token })).toEqual({ name: 'Ines' });
  expect((await accept(ines, token, 'short')).code).toBe('weak-password');
  expect((await accept(ines, token)).status).toBe(200);
  expect(await ines.request<Me>('GET', '/api/me')).toMatchObject({ name: 'Ines', grants });
  expect((await accept(new Visitor(server.url), token)).code).toBe('sign-in-failed');
  const said = await recorded();
  for (const action of ['invitation-made', 'invitation-accepted']) expect(said).toContain(action);
  expect(said).not.toContain(token);
});

test('of two who show a link at once, one comes in', async () => {
  const { invitation } = await ada.request<{ invitation: Invitation }>('POST', '/api/people', {
    ...{ name: 'Twice', grants },
  });
  const both = [0, 1].map(() => accept(new Visitor(server.url), invitation.token));
  const statuses = (await Promise.all(both)).map(({ status }) => status);
  expect(statuses.sort()).toEqual([200, 401]);
});

test('a link for a forgotten password leaves the old one until it is used, and the second factor', async () => {
  const jo = await join(server, ada, 'Jo', grants);
  const app = await addApp(jo);
  const first = await invite('Jo');
  const { token } = await invite('Jo');
  const other = new Visitor(server.url);
  expect((await accept(other, first.token)).code).toBe('sign-in-failed');
  expect((await other.signIn('Jo')).code).toBe('code-needed');
  expect((await accept(other, token, known)).code).toBe('code-needed');
  expect((await accept(other, token, known, app.wrong())).code).toBe('sign-in-failed');
  expect((await accept(other, token, known, app.code())).status).toBe(200);
  expect((await jo.ask('GET', '/api/me')).code).toBe('unauthenticated');
  expect((await jo.signIn('Jo')).code).toBe('sign-in-failed');
});

test('a link is revoked by hand, by disabling, and nobody makes one for themselves', async () => {
  await join(server, ada, 'Kim', grants);
  const path = `/api/people/${await idOf('Kim')}`;
  const one = await invite('Kim');
  await ada.request('DELETE', `${path}/invitation`, {});
  expect((await accept(new Visitor(server.url), one.token)).code).toBe('sign-in-failed');
  expect((await ada.ask('DELETE', `${path}/invitation`, {})).code).toBe('not-found');
  const two = await invite('Kim');
  await ada.request('PATCH', path, { disabled: true });
  expect((await accept(new Visitor(server.url), two.token)).code).toBe('sign-in-failed');
  expect((await ada.ask('POST', `${path}/invitation`, {})).code).toBe('invalid-request');
  await ada.request('PATCH', path, { disabled: false });
  expect((await accept(new Visitor(server.url), two.token)).code).toBe('sign-in-failed');
  const own = `/api/people/${await idOf('Ada')}/invitation`;
  expect((await ada.ask('POST', own, {})).code).toBe('invalid-request');
});

test('an administrator who never came in is none to be left with', async () => {
  const all = [{ role: 'administrator', zones: '*' }];
  await ada.request('POST', '/api/people', { name: 'Invited', grants: all });
  const reply = await ada.ask('PATCH', `/api/people/${await idOf('Ada')}`, { grants: [] });
  expect(reply.code).toBe('last-administrator');
});

test('a password that an administrator set opens nothing but the choice of another one', async () => {
  await ada.request('POST', '/api/people', { name: 'Lou', password: known, grants });
  const lou = new Visitor(server.url);
  const enter = (next?: string) =>
    lou.ask('POST', '/api/sign-in', { name: 'Lou', password: known, ...(next && { next }) });
  expect((await lou.signIn('Lou', 'not this one at all')).code).toBe('sign-in-failed');
  expect((await enter()).code).toBe('new-password-needed');
  expect((await lou.ask('GET', '/api/me')).code).toBe('unauthenticated');
  expect((await enter(known)).code).toBe('weak-password');
  expect((await enter('short')).code).toBe('weak-password');
  expect((await enter(password)).status).toBe(200);
  expect((await new Visitor(server.url).signIn('Lou', known)).code).toBe('sign-in-failed');
  expect((await new Visitor(server.url).signIn('Lou')).status).toBe(200);
  await ada.request('PATCH', `/api/people/${await idOf('Lou')}`, { password: known });
  expect((await lou.ask('GET', '/api/me')).code).toBe('unauthenticated');
  expect((await enter()).code).toBe('new-password-needed');
});

test('recovery codes are good once each in place of a code, and a new set ends the old one', async () => {
  const mia = await join(server, ada, 'Mia', grants);
  expect((await mia.ask('POST', '/api/me/recovery-codes', { password })).code).toBe(
    'invalid-request',
  );
  await addApp(mia);
  type Codes = { recoveryCodes: string[] };
  const { recoveryCodes } = await mia.request<Codes>('POST', '/api/me/recovery-codes', {
    password,
  });
  expect(new Set(recoveryCodes).size).toBe(10);
  const [first = '', second = ''] = recoveryCodes;
  expect(first).toMatch(/^(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
  const enter = (code: string) => new Visitor(server.url).signIn('Mia', password, code);
  expect((await enter(first)).status).toBe(200);
  expect((await enter(first)).code).toBe('sign-in-failed');
  expect((await enter(second.toLowerCase().replaceAll('-', ' '))).status).toBe(200);
  expect(await mia.request<Me>('GET', '/api/me')).toMatchObject({ recoveryCodes: 8 });
  const next = await mia.request<Codes>('POST', '/api/me/recovery-codes', { password });
  expect((await enter(recoveryCodes[2] ?? '')).code).toBe('sign-in-failed');
  expect((await enter(next.recoveryCodes[0] ?? '')).status).toBe(200);
  const said = await recorded();
  for (const action of ['recovery-code-used', 'recovery-codes-made'])
    expect(said).toContain(action);
  expect(said).not.toContain(first);
  for (let guess = 0; guess < 8; guess += 1)
    expect((await enter(first)).code).toBe('sign-in-failed');
  expect((await enter(next.recoveryCodes[1] ?? '')).code).toBe('throttled');
});
