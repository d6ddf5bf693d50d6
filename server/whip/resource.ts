/** One session of WHIP or WHEP: what its client has got an address for, and speaks of by further requests. */
import { randomBytes } from 'node:crypto';
import { actorOf, type Caller } from '../access/caller.ts';
import { RefusedError } from '../contract/errors.ts';
import { may, type Action } from '../contract/policy.ts';
import type { ResourceKind, ResourceSummary } from '../contract/whip.ts';
import type { ZoneId } from '../contract/zone.ts';
import { payerOf, type Payer } from '../limits/payer.ts';
import type { MediaConnection } from '../media/plane.ts';
import { InTurn } from '../in-turn.ts';
import type { FilmingCamera, Guest } from '../participants/participant.ts';
import { timeOfDay } from '../time.ts';
import type { Ending } from '../zones/camera.ts';

/** Who asks, and from where. */
export interface Visitor {
  readonly caller: Caller;
  readonly address: string;
  /** What its program calls itself. */
  readonly agent: string;
  /** The address of this machine that it came by, where that is known. */
  readonly via: string | undefined;
}

/** What is done in the zone by each kind. */
export const actionOf = { whip: 'zone:film', whep: 'zone:watch' } as const satisfies Record<
  ResourceKind,
  Action
>;

export class Resource implements Guest {
  /** Part of its address, and a secret of its owner. */
  readonly id: string;
  readonly kind: ResourceKind;
  readonly zone: ZoneId;
  /** A name for logs, and for whoever administers. */
  readonly peer = randomBytes(6).toString('hex');
  readonly since = timeOfDay();
  readonly address: string;
  readonly agent: string;
  readonly via: string | undefined;
  readonly payer: Payer;
  /** Names the ICE session of now (RFC 9725 §4.3.2): another one after each restart. */
  etag = newTag();
  /** The client's ICE user name of now. */
  clientFragment = '';
  /** Of the media section that describes the way of all; undefined where the offer names none. */
  mid: string | undefined;
  /** Of no device: another session of the same key is another camera. */
  readonly window = undefined;
  /** What it films with: of WHIP. */
  camera: FilmingCamera | undefined;
  connection: MediaConnection | undefined;
  /** Set when it begins to take part in its zone; called once, when it ends. */
  stop: ((ending: Ending | undefined) => void) | undefined;
  /** Of a camera: whether it sends although nobody watches. */
  sendsUnwatched: () => boolean = () => false;
  /** What it watches with: of WHEP. */
  viewer: Pick<Guest, 'lowered' | 'lower'> | undefined;
  /** Of a camera: whether it cannot be asked for less. */
  sendsAtWill = false;
  readonly #onEnded: () => void;
  #caller: Caller;
  #ended: Ending | 'by itself' | undefined;
  readonly #tasks = new InTurn();

  /** @param onEnded told once */
  constructor(
    id: string,
    kind: ResourceKind,
    zone: ZoneId,
    { caller, address, agent, via }: Visitor,
    onEnded: () => void,
  ) {
    this.id = id;
    this.kind = kind;
    this.zone = zone;
    this.#caller = caller;
    this.address = address;
    this.agent = agent;
    this.via = via;
    this.payer = payerOf(caller.principal, address);
    this.#onEnded = onEnded;
  }

  get caller(): Caller {
    return this.#caller;
  }

  get zonesNow(): ZoneId[] {
    return this.stop && !this.ended ? [this.zone] : [];
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** @throws RefusedError when it has ended, as while it was being made */
  demandAlive(): void {
    if (this.#ended === undefined) return;
    const { code, message } =
      this.#ended === 'by itself'
        ? ({ code: 'not-found', message: 'This session has ended.' } as const)
        : this.#ended;
    throw new RefusedError(code, message);
  }

  /** Whether this is who it belongs to. */
  belongsTo(caller: Caller): boolean {
    return ownerOf(caller) === ownerOf(this.#caller);
  }

  renewed(caller: Caller): void {
    this.#caller = caller;
    if (may(caller.principal, actionOf[this.kind], this.zone)) return;
    const what = this.kind === 'whip' ? 'film' : 'watch';
    this.end({ code: 'forbidden', message: `The right to ${what} ${this.zone} was withdrawn.` });
  }

  expelled(): void {
    this.end({ code: 'unauthenticated', message: 'The key of this session is good no more.' });
  }

  cutOff(): void {
    if (this.kind !== 'whep') return;
    const message = 'It is not known any more whether this key may still watch; try again.';
    this.end({ code: 'unavailable', message });
  }

  get lowered(): number {
    return this.viewer?.lowered ?? 0;
  }

  lower(shareOf: (worker: number) => number): void {
    this.viewer?.lower(shareOf);
  }

  /** Its media connection ended by itself. */
  lost(reason: Parameters<MediaConnection['onLost']>[0]): void {
    const program = this.kind === 'whip' ? 'encoder' : 'player';
    const message =
      reason === 'worker-died'
        ? 'The media worker of this session has ended; ask for a new one.'
        : `The ${program} has closed its connection.`;
    this.end({ code: 'unavailable', message });
  }

  /** Ends it, and all that it does; its address leads nowhere then. */
  end(ending?: Ending): void {
    if (this.#ended) return;
    this.#ended = ending ?? 'by itself';
    this.stop?.(ending);
    this.connection?.close();
    this.#onEnded();
  }

  /** ICE begins anew, by these credentials of the client. */
  restarted(clientFragment: string): void {
    this.clientFragment = clientFragment;
    this.etag = newTag();
  }

  /** Runs what its client asks one after another. */
  enqueue<T>(task: () => Promise<T>): Promise<T> {
    return this.#tasks.run(task);
  }

  get summary(): ResourceSummary {
    const { peer: handle, kind, zone, address, agent, since, connection, sendsAtWill } = this;
    return {
      ...{ handle, kind, zone, address, agent, since, sendsAtWill },
      actor: actorOf(this.#caller) as ResourceSummary['actor'],
      connected: connection?.connected ?? false,
      sendsUnwatched: this.sendsUnwatched(),
    };
  }
}

function newTag(): string {
  return `"${randomBytes(12).toString('base64url')}"`;
}

function ownerOf({ via }: Caller): string {
  return via.kind === 'open' ? 'open' : `${via.kind} ${via.id}`;
}
