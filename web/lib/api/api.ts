/** What the server does over HTTP, as functions; each throws as `ask` does. */
import { z } from 'zod';
import {
  Enrolment,
  Key,
  ManagedZone,
  NewKey,
  NoticeOf,
  Person,
  SignInSession,
  TwoFactorOffer,
  type AddKey,
  type AddPerson,
  type ChangePassword,
  type ChangePerson,
  type ChangeZone,
  type Reauthentication,
  type SetUp,
  type SignIn,
} from '../../../server/contract/api.ts';
import { AuditPage, type AuditExport, type AuditQuery } from '../../../server/contract/audit.ts';
import { ask } from './ask.ts';

const Done = z.unknown();
const at = encodeURIComponent;

/** One's own account. */
export const account = {
  setUp: (first: z.input<typeof SetUp>) => ask(Done, 'POST', '/set-up', first),
  signIn: (claim: z.input<typeof SignIn>) => ask(Done, 'POST', '/sign-in', claim),
  signOut: () => ask(Done, 'POST', '/sign-out'),
  enrol: (token: string) => ask(Key.pick({ role: true, zones: true }), 'POST', '/enrol', { token }),
  changePassword: (change: z.input<typeof ChangePassword>) =>
    ask(Done, 'POST', '/me/password', change),
  offerTwoFactor: (proof: Reauthentication) => ask(TwoFactorOffer, 'POST', '/me/two-factor', proof),
  confirmTwoFactor: (code: string) => ask(Done, 'POST', '/me/two-factor/confirm', { code }),
  removeTwoFactor: (proof: Reauthentication) => ask(Done, 'DELETE', '/me/two-factor', proof),
  sessions: () => ask(z.array(SignInSession), 'GET', '/me/sessions'),
  endSession: (id: string) => ask(Done, 'DELETE', `/me/sessions/${at(id)}`),
};

export const people = {
  list: () => ask(z.array(Person), 'GET', '/people'),
  add: (person: z.input<typeof AddPerson>) => ask(Person, 'POST', '/people', person),
  change: (id: string, change: z.input<typeof ChangePerson>) =>
    ask(Person, 'PATCH', `/people/${at(id)}`, change),
  remove: (id: string) => ask(Done, 'DELETE', `/people/${at(id)}`),
};

export const keys = {
  list: () => ask(z.array(Key), 'GET', '/keys'),
  add: (key: z.input<typeof AddKey>) => ask(NewKey, 'POST', '/keys', key),
  enrolment: (id: string) => ask(Enrolment, 'POST', `/keys/${at(id)}/enrolment`),
  revoke: (id: string) => ask(Done, 'DELETE', `/keys/${at(id)}`),
};

export const sessions = {
  list: () => ask(z.array(SignInSession), 'GET', '/sessions'),
  end: (id: string) => ask(Done, 'DELETE', `/sessions/${at(id)}`),
};

export const zones = {
  list: () => ask(z.array(ManagedZone), 'GET', '/zones'),
  add: (id: string) => ask(ManagedZone, 'POST', '/zones', { id }),
  change: (id: string, change: z.input<typeof ChangeZone>) =>
    ask(ManagedZone, 'PUT', `/zones/${at(id)}`, change),
  remove: (id: string) => ask(Done, 'DELETE', `/zones/${at(id)}`),
  notice: (id: string) => ask(NoticeOf, 'GET', `/zones/${at(id)}/notice`),
};

export const audit = {
  page: (query: z.input<typeof AuditQuery>) => ask(AuditPage, 'GET', `/audit?${parameters(query)}`),
  /** Where the browser downloads the records. */
  exportAddress: (query: z.input<typeof AuditExport>) => `/api/audit/export?${parameters(query)}`,
};

function parameters(query: Record<string, unknown>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}
