/**
 * Whose packets a media worker handles, and who has ended workers with them. A camera that did so twice is shut out,
 * and with it its key, device or account: a new socket, session or zone does not help it.
 */
import { actorOf } from '../access/caller.ts';
import type { Actor } from '../contract/audit.ts';
import { RefusedError } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Sfu } from '../media/sfu.ts';
import type { MediaTransport } from '../media/transport.ts';
import type { Session } from './session.ts';

export interface Culprit {
  readonly role: 'camera' | 'operator';
  readonly zone: ZoneId | undefined;
  /** What is shut out. */
  readonly identity: string;
  readonly actor: Actor;
  readonly address: string;
  /** For the log. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** How long it is known whose a transport was that is closed, as the worker says it later; ms. */
const remembered = 10_000;
const mostDeaths = 2;

export class Culprits {
  readonly #shutOut: number;
  readonly #byTransport = new Map<string, Culprit>();
  /** Of cameras, by what is shut out: when workers have ended by them, ms since the epoch. */
  readonly #deaths = new Map<string, number[]>();

  /** @param shutOut for how long, ms */
  constructor(shutOut: number) {
    this.#shutOut = shutOut;
  }

  /** Remembers whose a transport is. */
  follow(transport: MediaTransport, session: Session, role: Culprit['role'], zone?: ZoneId): void {
    const { peer, address, caller } = session;
    const { name, id } = caller.principal;
    const identity = identityOf(session, zone);
    const about = { role, peer, address, account: name, account_id: id, ...(zone ? { zone } : {}) };
    this.#remember(transport, transport.id, {
      ...{ role, zone, identity, actor: actorOf(caller), address, about },
    });
  }

  /** What comes by pipes is known by its producer. */
  owns(transport: MediaTransport, producerId: string): void {
    const culprit = this.#byTransport.get(transport.id);
    if (culprit) this.#remember(transport, producerId, culprit);
  }

  /** @param transportId of a client, or between workers */
  of(transportId: string, sfu: Pick<Sfu, 'producerOf'>): Culprit | undefined {
    return this.#byTransport.get(sfu.producerOf(transportId) ?? transportId);
  }

  /** A worker has ended by this. @returns whether it is shut out from now on */
  convict({ identity }: Culprit): boolean {
    const since = Date.now() - this.#shutOut;
    for (const [other, times] of this.#deaths) {
      if (times.every((time) => time < since)) this.#deaths.delete(other);
    }
    const times = (this.#deaths.get(identity) ?? []).filter((time) => time >= since);
    times.push(Date.now());
    this.#deaths.set(identity, times);
    return times.length >= mostDeaths;
  }

  /** @throws RefusedError `shut-out` */
  admit(session: Session, zone: ZoneId): void {
    const times = this.#deaths.get(identityOf(session, zone)) ?? [];
    const until = (times.at(-1) ?? 0) + this.#shutOut;
    if (times.length < mostDeaths || Date.now() >= until) return;
    const minutes = Math.ceil((until - Date.now()) / 60_000);
    throw new RefusedError(
      'shut-out',
      `What this camera sent has ended ${times.length} media workers. It is shut out for ${minutes} more minutes, or until the server is restarted; the log and the audit hold what it was.`,
    );
  }

  #remember(transport: MediaTransport, id: string, culprit: Culprit): void {
    this.#byTransport.set(id, culprit);
    transport.whenClosed(() => setTimeout(() => this.#byTransport.delete(id), remembered).unref());
  }
}

/** The narrowest of what a camera cannot change by itself. */
export function identityOf({ caller, address }: Session, zone: ZoneId | undefined): string {
  const { principal, via } = caller;
  if (via.kind === 'open') return `address ${address} in ${zone}`;
  return principal.kind === 'key' ? `${via.kind} ${via.id}` : `account ${principal.id}`;
}
