/** Someone with a browser's cookies but no browser: for the API, and for sockets that are signed in. */
import { randomBytes } from 'node:crypto';
import type { ManagerOptions } from 'socket.io-client';
import type { Grant } from '../../server/contract/access.ts';
import type { Invitation, Key, NewKey, Person } from '../../server/contract/api.ts';
import { Client } from './client.ts';
import type { RunningServer } from './server.ts';

export const password = 'seven quiet herons wade';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON, or the text where there is none. */
  readonly body: unknown;
  /** The code of a refusal. */
  readonly code: string | undefined;
}

export class Visitor {
  readonly #url: string;
  readonly #cookies: Map<string, string>;

  constructor(url: string, cookies = new Map<string, string>()) {
    this.#url = url;
    this.#cookies = cookies;
  }

  /** The same browser, which a load balancer leads to another node. */
  at({ url }: Pick<RunningServer, 'url'>): Visitor {
    return new Visitor(url, this.#cookies);
  }

  /** Somebody else with this browser's cookies. */
  copy(): Visitor {
    return new Visitor(this.#url, new Map(this.#cookies));
  }

  /** As a browser would send them; to be given to light peers too. */
  get headers(): Record<string, string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return cookie === '' ? {} : { cookie };
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  plant(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  /** One request, as by a page of the server's own; redirects are not followed. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { origin: this.#url },
  ): Promise<Reply> {
    const response = await fetch(new URL(path, this.#url), {
      method,
      redirect: 'manual',
      headers: {
        ...this.headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const text = await response.text();
    const json = response.headers.get('content-type')?.startsWith('application/json');
    const answer: unknown = json ? JSON.parse(text) : text;
    const code = (answer as { error?: { code?: string } }).error?.code;
    return { status: response.status, headers: response.headers, body: answer, code };
  }

  /** One request that is to succeed. */
  async request<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const reply = await this.ask(method, path, body);
    if (reply.status >= 400) {
      throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    }
    return reply.body as T;
  }

  signIn(name: string, secret = password, code?: string): Promise<Reply> {
    return this.ask('POST', '/api/sign-in', { name, password: secret, ...(code ? { code } : {}) });
  }

  socket(
    session = randomBytes(24).toString('base64url'),
    headers: Record<string, string> = {},
    options: Partial<ManagerOptions> = {},
  ): Client {
    const extraHeaders = { ...this.headers, ...headers };
    return new Client(this.#url, session, { extraHeaders, ...options });
  }

  /** Adds somebody who has chosen the usual password by their link, in a browser of its own. */
  async addPerson(name: string, grants: Grant[]): Promise<Person> {
    type Added = Person & { invitation: Invitation };
    const { invitation, ...person } = await this.request<Added>('POST', '/api/people', {
      ...{ name, grants },
    });
    const guest = new Visitor(this.#url);
    const { token } = invitation;
    await guest.request('POST', '/api/invitation/accept', { token, password });
    await guest.request('POST', '/api/sign-out', {});
    return person;
  }

  addKey(role: Key['role'], zones: string): Promise<NewKey> {
    return this.request('POST', '/api/keys', { name: `${role} of ${zones}`, role, zones });
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split('=');
    if (attributes.includes('Max-Age=0')) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

/** Makes the first administrator of a server that was started anew. */
export async function setUp(server: RunningServer, name = 'Ada'): Promise<Visitor> {
  const visitor = new Visitor(server.url);
  const link = new URL(server.setUpLink ?? 'about:blank');
  await visitor.request('GET', link.pathname + link.search);
  await visitor.request('POST', '/api/set-up', { name, password });
  return visitor;
}

/** Adds a person and signs in as that one. */
export async function join(
  server: RunningServer,
  administrator: Visitor,
  name: string,
  grants: Grant[],
): Promise<Visitor> {
  await administrator.addPerson(name, grants);
  const visitor = new Visitor(server.url);
  const { status } = await visitor.signIn(name);
  if (status !== 200) throw new Error(`${name} cannot sign in: ${status}`);
  return visitor;
}

/** A browser that was given a key by its enrolment link. */
export async function enrol(server: RunningServer, { enrolment }: NewKey): Promise<Visitor> {
  const visitor = new Visitor(server.url);
  await visitor.request('POST', '/api/enrol', { token: enrolment.token });
  return visitor;
}
