/** Who gets a socket: pages of this origin, signed in, and not too many of one account. */
import type { IncomingMessage } from 'node:http';
import proxyAddr from 'proxy-addr';
import { credentialsOf } from '../access/cookie.ts';
import type { Caller, Gate } from '../access/caller.ts';
import { originAllowed } from '../access/origin.ts';
import type { Settings } from '../config.ts';
import { RefusedError } from '../contract/errors.ts';
import { Handshake } from '../contract/events.ts';
import type { ClientSocket } from './socket.ts';

export class Admission {
  readonly #settings: Settings;
  readonly #gate: Gate;
  readonly #trusted: (address: string, distance: number) => boolean;
  readonly #open = new Map<string, number>();

  constructor(settings: Settings, gate: Gate) {
    this.#settings = settings;
    this.#gate = gate;
    this.#trusted = proxyAddr.compile(settings.http.trusted_proxies);
  }

  /** Whether anyone may come, and from the page that asks; asked before anything else is read. */
  opens({ headers }: IncomingMessage): boolean {
    if (!this.#gate.open) return false;
    return originAllowed(headers.origin, headers.host, this.#settings.http.allowed_origins);
  }

  /**
   * @returns who speaks on this socket
   * @throws RefusedError `invalid-request`, `unauthenticated` or `throttled`
   */
  async admit(socket: ClientSocket): Promise<Caller> {
    if (!Handshake.safeParse(socket.handshake.auth).success) {
      throw new RefusedError('invalid-request', 'the handshake has no session');
    }
    const credentials = credentialsOf(socket.handshake.headers);
    const caller = await this.#gate.identify(credentials);
    if (!caller) throw new RefusedError('unauthenticated', 'Sign in to go on.');
    this.#count(socket, caller);
    return caller;
  }

  addressOf({ request }: ClientSocket): string {
    return proxyAddr(request, this.#trusted);
  }

  /** The address of this machine that the client reached; undefined where a proxy reached it. */
  cameBy({ request: { headers, socket } }: ClientSocket): string | undefined {
    if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined)
      return undefined;
    return socket.localAddress?.replace(/^::ffff:(?=\d+\.)/, '');
  }

  #count(socket: ClientSocket, { principal: { kind, id } }: Caller): void {
    const most = this.#settings.limits.sockets_per_account;
    if (kind === 'anyone' || most === 0) return;
    const open = this.#open.get(id) ?? 0;
    if (open >= most) {
      throw new RefusedError('throttled', `This account has ${most} connections open already.`);
    }
    this.#open.set(id, open + 1);
    // Also told for a socket that goes away before it is connected.
    socket.conn.once('close', () => {
      const left = (this.#open.get(id) ?? 1) - 1;
      if (left > 0) this.#open.set(id, left);
      else this.#open.delete(id);
    });
  }
}
