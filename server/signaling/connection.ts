/** One connection, from its first request to its end, and what is open on it: a page's session, or a gateway's many. */
import type { IncomingMessage } from 'node:http';
import type { Socket as Engine } from 'engine.io';
import type { Caller } from '../access/caller.ts';
import { RefusedError } from '../contract/errors.ts';
import type { ServerEventName, ServerMessage } from '../contract/events.ts';
import { isCameraNamespace, mostCameras } from '../contract/gateway.ts';
import type { LivesByCaller } from '../participants/participant.ts';
import type { SocketQuota } from './socket-quota.ts';

export interface ConnectionParts {
  readonly engine: Engine;
  /** The request that opened it. */
  readonly request: IncomingMessage;
  readonly address: string;
  readonly quota: SocketQuota;
  /** Call when the client has said who it is: it no longer counts as pending. */
  readonly leavePending: () => void;
}

export class Connection implements LivesByCaller {
  readonly parts: ConnectionParts;
  /** When it was opened, ms of `performance.now()`. */
  readonly since = performance.now();
  /** Tells the gateway itself, while it is there. */
  tell: (<E extends ServerEventName>(event: E, notice: ServerMessage<E>) => void) | undefined;
  /** Undefined until it is known. */
  #caller: Caller | undefined;
  #identified: Promise<Caller> | undefined;
  /** The namespaces that were asked for; those that are let in are true. */
  readonly #namespaces = new Map<string, boolean>();

  constructor(parts: ConnectionParts) {
    this.parts = parts;
  }

  /** Whether its client has said anything of who it is. */
  get asked(): boolean {
    return this.#namespaces.size > 0 || this.#identified !== undefined;
  }

  /** Who speaks on it, once that is known. */
  get known(): Caller | undefined {
    return this.#caller;
  }

  /** Who speaks on it, as it was last looked up. Call it only once that is known. */
  get caller(): Caller {
    if (this.#caller) return this.#caller;
    throw new RefusedError('unauthenticated', 'Sign in to go on.');
  }

  renewed(caller: Caller): void {
    this.#caller = caller;
  }

  /** Asks once, whatever the outcome and the number of namespaces: each question is a look into the store. */
  async identify(ask: () => Promise<Caller>): Promise<void> {
    this.#identified ??= ask();
    const caller = await this.#identified;
    // Later ones are given as they were looked up since.
    this.#caller ??= caller;
  }

  /** Takes a place for a namespace. @throws RefusedError when there is none, or it is open already */
  take(namespace: string): void {
    if (this.#namespaces.has(namespace)) {
      throw new RefusedError('invalid-request', 'this connection has a session');
    }
    const cameras = [...this.#namespaces.keys()].filter(isCameraNamespace).length;
    if (isCameraNamespace(namespace) && cameras >= mostCameras) {
      throw new RefusedError(
        'throttled',
        `One connection may have ${mostCameras} cameras; end one, or open another connection.`,
      );
    }
    this.#namespaces.set(namespace, false);
  }

  /** From now on it may send as much as each of its namespaces could alone. */
  letIn(namespace: string): void {
    this.#namespaces.set(namespace, true);
    this.#share();
  }

  leave(namespace: string): void {
    this.#namespaces.delete(namespace);
    this.#share();
  }

  /** Ends all that comes over it. */
  expelled(): void {
    this.parts.engine.close();
  }

  #share(): void {
    const letIn = [...this.#namespaces.values()].filter(Boolean).length;
    this.parts.quota.share(letIn);
  }
}
