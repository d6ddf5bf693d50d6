/**
 * Whose packets a media worker handles, and who has ended workers with them. A camera that did so twice is shut out,
 * and with it its key, device or account: a new socket, session or zone does not help it.
 */
import { actorOf } from '../access/caller.ts';
import type { Actor } from '../contract/audit.ts';
import { RefusedError } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { MediaConnection, MediaPlane } from '../media/plane.ts';
import type { Participant, Speaker } from './participant.ts';

type Identified = Pick<Speaker, 'caller' | 'address'>;

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

/** How long the owner of a closed connection is remembered, since the worker reports later; ms. */
const remembered = 10_000;
const mostDeaths = 2;

export class Culprits {
  readonly #media: Pick<MediaPlane, 'producerOf'>;
  readonly #shutOut: number;
  readonly #byConnection = new Map<string, Culprit>();
  /** When workers have ended by a camera, ms since the epoch; by what is shut out. */
  readonly #deaths = new Map<string, number[]>();

  /** @param shutOut for how long, ms */
  constructor(media: Pick<MediaPlane, 'producerOf'>, shutOut: number) {
    this.#media = media;
    this.#shutOut = shutOut;
  }

  /** Remembers whose a connection is. */
  follow(
    connection: MediaConnection,
    participant: Pick<Participant, 'peer' | 'address' | 'caller'>,
    role: Culprit['role'],
    zone?: ZoneId,
  ): void {
    const { peer, address, caller } = participant;
    const { name, id } = caller.principal;
    const identity = identityOf(participant, zone);
    const about = { role, peer, address, account: name, account_id: id, ...(zone ? { zone } : {}) };
    this.#remember(connection, connection.id, {
      ...{ role, zone, identity, actor: actorOf(caller), address, about },
    });
  }

  /** What comes by pipes is known by its producer. */
  owns(connection: MediaConnection, producerId: string): void {
    const culprit = this.#byConnection.get(connection.id);
    if (culprit) this.#remember(connection, producerId, culprit);
  }

  /** @param connectionId of a client, or between workers */
  of(connectionId: string): Culprit | undefined {
    return this.#byConnection.get(this.#media.producerOf(connectionId) ?? connectionId);
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
  admit(who: Identified, zone: ZoneId): void {
    const times = this.#deaths.get(identityOf(who, zone)) ?? [];
    const until = (times.at(-1) ?? 0) + this.#shutOut;
    if (times.length < mostDeaths || Date.now() >= until) return;
    const minutes = Math.ceil((until - Date.now()) / 60_000);
    throw new RefusedError(
      'shut-out',
      `What this camera sent has ended ${times.length} media workers. It is shut out for ${minutes} more minutes, or until the server is restarted; the log and the audit hold what it was.`,
    );
  }

  #remember(connection: MediaConnection, id: string, culprit: Culprit): void {
    this.#byConnection.set(id, culprit);
    connection.whenClosed(() =>
      setTimeout(() => this.#byConnection.delete(id), remembered).unref(),
    );
  }
}

/** The narrowest of what a camera cannot change by itself. */
export function identityOf({ caller, address }: Identified, zone: ZoneId | undefined): string {
  const { principal, via } = caller;
  if (via.kind === 'open') return `address ${address} in ${zone}`;
  return principal.kind === 'key' ? `${via.kind} ${via.id}` : `account ${principal.id}`;
}
