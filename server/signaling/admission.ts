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
import { isCameraNamespace } from '../contract/gateway.ts';
import { may } from '../contract/policy.ts';
import { PayerBudget, payerOf } from '../limits/payer.ts';
import { Budget } from '../limits/budget.ts';
import type { Excess, Limit } from '../limits/excess.ts';
import { Tally } from '../limits/tally.ts';
import { Connection } from './connection.ts';
import { RequestFilter } from './request-filter.ts';
import { SocketQuota, socketLimits } from './socket-quota.ts';
import type { ClientSocket } from './socket.ts';

const byteTime = 10_000; // ms
/**
 * A socket that has not asked to be let in for so long gives its place to one that comes, ms: pages ask at once, and
 * have given up by now (web/lib/session/socket-transports.ts), as behind a proxy that opens WebSockets and passes nothing on.
 */
const silent = 3000;

export class Admission {
  readonly #settings: Settings;
  readonly #gate: Gate;
  readonly #excess: Excess;
  readonly #log: Logger;
  readonly #open: Set<Connection>;
  readonly #trusted: (address: string, distance: number) => boolean;
  /** By the transport's id of a socket. */
  readonly #connections = new Map<string, Connection>();
  readonly #ofAddress: Tally;
  readonly #pending: Tally;
  readonly #ofPerson: Tally;
  readonly #ofKey: Tally;
  readonly #payerBytes: PayerBudget;
  readonly #addressBytes: Budget;

  /** @param open the connections on which more sessions may be opened */
  constructor(settings: Settings, gate: Gate, excess: Excess, log: Logger, open: Set<Connection>) {
    this.#log = log;
    const { limits } = settings;
    this.#settings = settings;
    this.#gate = gate;
    this.#excess = excess;
    this.#open = open;
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
      opening: (id) => this.#connections.get(id)?.parts.request,
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
    const quota = new SocketQuota(
      engine,
      socketLimits(this.#settings.limits),
      (bytes) => this.#mayCost(id, bytes),
      (limit) => this.#exceeded(id, limit),
    );
    const connection = new Connection({ engine, request, address, quota, leavePending });
    this.#connections.set(id, connection);
    engine.once('close', () => {
      leave();
      leavePending();
      this.#connections.delete(id);
      this.#open.delete(connection);
    });
  }

  #isFull(name: string): boolean {
    return this.#ofAddress.isFull(name) || this.#pending.isFull(name);
  }

  /** Closes the oldest of an address's sockets that say nothing. @returns whether there is room now */
  #makeRoom(name: string): boolean {
    const latest = performance.now() - silent;
    for (const { parts, since, asked } of this.#connections.values()) {
      if (since > latest) break; // They are in the order in which they were opened.
      if (asked || addressKey(parts.address) !== name) continue;
      parts.engine.close(true);
      return !this.#isFull(name);
    }
    return false;
  }

  /**
   * Lets a page's socket in, or one of a gateway's.
   * @returns who speaks on it
   * @throws RefusedError `invalid-request`, `unauthenticated`, `forbidden` or `throttled`
   */
  async admit(socket: ClientSocket): Promise<Caller> {
    const connection = this.connectionOf(socket);
    const { name } = socket.nsp;
    connection.take(name);
    if (name === '/') {
      demandSession(socket);
      return this.#identified(connection);
    }
    try {
      if (isCameraNamespace(name)) demandSession(socket);
      const caller = await this.#identified(connection);
      demandGateway(caller);
      this.connectionOf(socket); // It may be gone meanwhile.
      connection.letIn(name);
      this.#open.add(connection);
      return caller;
    } catch (error) {
      connection.leave(name);
      throw error;
    }
  }

  connectionOf({ conn }: ClientSocket): Connection {
    const connection = this.#connections.get(idOf(conn));
    if (!connection) throw closing();
    return connection;
  }

  #addressOf(request: IncomingMessage): string {
    return proxyAddr(request, this.#trusted);
  }

  async #identified(connection: Connection): Promise<Caller> {
    await connection.identify(async () => {
      const { engine, request, leavePending, quota } = connection.parts;
      const caller = await this.#gate.identify(credentialsOf(request.headers));
      if (!caller) throw new RefusedError('unauthenticated', 'Sign in to go on.');
      if (engine.readyState !== 'open') throw closing();
      this.#count(connection, caller);
      leavePending();
      quota.admit();
      return caller;
    });
    return connection.caller;
  }

  #count({ parts: { engine, address } }: Connection, { principal }: Caller): void {
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
    engine.once('close', leave);
  }

  #mayCost(id: string, bytes: number): boolean {
    const connection = this.#connections.get(id);
    if (!connection) return true;
    const { address } = connection.parts;
    const caller = connection.known;
    if (!caller) return this.#addressBytes.take(addressKey(address), bytes);
    return this.#payerBytes.take(payerOf(caller.principal, address), bytes);
  }

  #exceeded(id: string, limit: Limit): void {
    const connection = this.#connections.get(id);
    const { address = '' } = connection?.parts ?? {};
    const caller = connection?.known;
    const account = caller && payerOf(caller.principal, address).name;
    this.#excess.report(limit, { address, account });
  }
}

/** @throws RefusedError `invalid-request` */
function demandSession({ handshake }: ClientSocket): void {
  if (Handshake.safeParse(handshake.auth).success) return;
  throw new RefusedError('invalid-request', 'the handshake has no session');
}

/** A gateway comes with a camera's key, as a program does; people have pages. @throws RefusedError `forbidden` */
function demandGateway({ principal }: Caller): void {
  if (principal.kind !== 'person' && may(principal, 'zone:film')) return;
  throw new RefusedError('forbidden', 'A gateway signs in with the key of a camera.');
}

function closing(): RefusedError {
  return new RefusedError('throttled', 'This connection is being closed.');
}

function idOf(engine: unknown): string {
  return (engine as { id: string }).id;
}
