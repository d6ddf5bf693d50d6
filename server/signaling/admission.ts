/** Who gets a socket: pages of this origin, signed in, and not too many of one account or address. */
import type { IncomingMessage } from 'node:http';
import type { Socket as Engine } from 'engine.io';
import type { Logger } from 'pino';
import proxyAddr from 'proxy-addr';
import { addressKey } from '../access/address-key.ts';
import { credentialsOf } from '../access/cookie.ts';
import type { Caller, Gate } from '../access/caller.ts';
import { Origins } from '../access/origin.ts';
import type { Settings } from '../config.ts';
import { RefusedError } from '../contract/errors.ts';
import { Handshake } from '../contract/events.ts';
import { PayerBudget, payerOf } from '../limits/payer.ts';
import { Budget } from '../limits/budget.ts';
import type { Excess, Limit } from '../limits/excess.ts';
import { Tally } from '../limits/tally.ts';
import { RequestFilter } from './request-filter.ts';
import { SocketQuota, socketLimits } from './socket-quota.ts';
import type { ClientSocket } from './socket.ts';

const byteTime = 10_000; // ms
/**
 * A socket that has not asked to be let in for so long gives its place to one that comes, ms: pages ask at once, and
 * have given up by now (web/lib/session/socket-transports.ts), as behind a proxy that opens WebSockets and passes nothing on.
 */
const silent = 3000;

/** What is kept of a socket from its first request to its end. */
interface Entry {
  readonly engine: Engine;
  /** When it was opened, ms of `performance.now()`. */
  readonly since: number;
  /** The request that opened it. */
  readonly request: IncomingMessage;
  readonly address: string;
  readonly quota: SocketQuota;
  /** Call when the client has said who it is: it no longer counts as pending. */
  readonly leavePending: () => void;
  asked: boolean;
  /** Undefined until it is known. */
  caller: Caller | undefined;
}

export class Admission {
  readonly #settings: Settings;
  readonly #gate: Gate;
  readonly #excess: Excess;
  readonly #log: Logger;
  readonly #trusted: (address: string, distance: number) => boolean;
  /** By the transport's id of a socket. */
  readonly #entries = new Map<string, Entry>();
  readonly #ofAddress: Tally;
  readonly #pending: Tally;
  readonly #ofPerson: Tally;
  readonly #ofKey: Tally;
  readonly #payerBytes: PayerBudget;
  readonly #addressBytes: Budget;

  constructor(settings: Settings, gate: Gate, excess: Excess, log: Logger) {
    this.#log = log;
    const { limits } = settings;
    this.#settings = settings;
    this.#gate = gate;
    this.#excess = excess;
    this.#trusted = proxyAddr.compile(settings.http.trusted_proxies);
    this.#ofAddress = new Tally(limits.sockets_per_address);
    this.#pending = new Tally(limits.pending_sockets_per_address);
    this.#ofPerson = new Tally(limits.sockets_per_account);
    this.#ofKey = new Tally(limits.sockets_per_key);
    const perKey = Math.max(limits.bytes_per_key, limits.bytes_per_socket);
    const perPerson = Math.max(limits.bytes_per_account, limits.bytes_per_socket);
    this.#payerBytes = new PayerBudget(perPerson, perKey, byteTime);
    this.#addressBytes = new Budget(perKey, byteTime);
  }

  /** Checks each request before anything else looks at it. */
  requestFilter(): RequestFilter {
    return new RequestFilter({
      gate: this.#gate,
      origins: new Origins(this.#settings.http, this.#log),
      excess: this.#excess,
      handshakes: this.#settings.limits.handshakes_per_address,
      addressOf: (request) => this.#addressOf(request),
      isFull: (name) => this.#isFull(name) && !this.#makeRoom(name),
      opening: (id) => this.#entries.get(id)?.request,
    });
  }

  /** Takes a new socket, of which only the address is known yet; or closes it at once. */
  enter(engine: Engine): void {
    const { request } = engine;
    const id = idOf(engine);
    const address = this.#addressOf(request);
    const name = addressKey(address);
    const leave = this.#ofAddress.open(name);
    const leavePending = this.#pending.open(name);
    if (!leave || !leavePending) {
      leave?.();
      leavePending?.();
      this.#excess.report('sockets', { address });
      engine.close(true);
      return;
    }
    engine.once('close', () => {
      leave();
      leavePending();
      this.#entries.delete(id);
    });
    const quota = new SocketQuota(
      engine,
      socketLimits(this.#settings.limits),
      (bytes) => this.#mayCost(id, bytes),
      (limit) => this.#exceeded(id, limit),
    );
    this.#entries.set(id, {
      ...{ engine, since: performance.now(), request, address, quota, leavePending },
      ...{ asked: false, caller: undefined },
    });
  }

  #isFull(name: string): boolean {
    return this.#ofAddress.isFull(name) || this.#pending.isFull(name);
  }

  /** Closes the oldest of an address's sockets that say nothing. @returns whether there is room now */
  #makeRoom(name: string): boolean {
    const latest = performance.now() - silent;
    for (const { engine, since, address, asked } of this.#entries.values()) {
      if (since > latest) break; // They are in the order in which they were opened.
      if (asked || addressKey(address) !== name) continue;
      engine.close(true);
      return !this.#isFull(name);
    }
    return false;
  }

  /**
   * @returns who speaks on this socket
   * @throws RefusedError `invalid-request`, `unauthenticated` or `throttled`
   */
  async admit(socket: ClientSocket): Promise<Caller> {
    const entry = this.#entryOf(socket);
    // Each question is a look into the store; one is enough.
    if (entry.asked) throw new RefusedError('invalid-request', 'this connection has a session');
    entry.asked = true;
    if (!Handshake.safeParse(socket.handshake.auth).success) {
      throw new RefusedError('invalid-request', 'the handshake has no session');
    }
    const caller = await this.#gate.identify(credentialsOf(socket.handshake.headers));
    if (!caller) throw new RefusedError('unauthenticated', 'Sign in to go on.');
    this.#count(socket, entry, caller);
    entry.caller = caller;
    entry.leavePending();
    entry.quota.admit();
    return caller;
  }

  addressOf(socket: ClientSocket): string {
    return this.#entryOf(socket).address;
  }

  /** The address of this machine that the client reached; undefined where a proxy reached it. */
  cameBy({ request: { headers, socket } }: ClientSocket): string | undefined {
    if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined)
      return undefined;
    return socket.localAddress?.replace(/^::ffff:(?=\d+\.)/, '');
  }

  #addressOf(request: IncomingMessage): string {
    return proxyAddr(request, this.#trusted);
  }

  #entryOf({ conn }: ClientSocket): Entry {
    const entry = this.#entries.get(idOf(conn));
    if (!entry) throw new RefusedError('throttled', 'This connection is being closed.');
    return entry;
  }

  #count({ conn }: ClientSocket, { address }: Entry, { principal }: Caller): void {
    if (principal.kind === 'anyone') return; // Counted by address already.
    const { name, shared } = payerOf(principal, address);
    const tally = shared ? this.#ofKey : this.#ofPerson;
    const leave = tally.open(name);
    if (!leave) {
      this.#excess.report('sockets', { address, account: name });
      throw new RefusedError(
        'throttled',
        `This account has ${tally.most} connections open already.`,
      );
    }
    // Also called for a socket that goes away before it is connected.
    conn.once('close', leave);
  }

  #mayCost(id: string, bytes: number): boolean {
    const entry = this.#entries.get(id);
    if (!entry) return true;
    const { address, caller } = entry;
    if (!caller) return this.#addressBytes.take(addressKey(address), bytes);
    return this.#payerBytes.take(payerOf(caller.principal, address), bytes);
  }

  #exceeded(id: string, limit: Limit): void {
    const { address = '', caller } = this.#entries.get(id) ?? {};
    const account = caller && payerOf(caller.principal, address).name;
    this.#excess.report(limit, { address, account });
  }
}

function idOf(engine: unknown): string {
  return (engine as { id: string }).id;
}
