/**
 * Zones that are watched here while their camera is at another node: each has one pipe, from its owner or from a node that
 * has it from there, for as long as anybody here watches, and a little longer. Who has a zone is looked up again and
 * again, so that nothing depends on having heard of a change.
 */
import type { Logger } from 'pino';
import type { PipeNode, PipePath } from '../../contract/pipe.ts';
import type { ZoneId } from '../../contract/zone.ts';
import { jittered } from '../../jitter.ts';
import type { PipeLoss } from '../../media/plane.ts';
import type { Zone } from '../../zones/zone.ts';
import type { Channel } from '../wire/channel.ts';
import type { Leases, Owner } from '../directory/leases.ts';
import type { Owners } from '../directory/owners.ts';
import type { Found, Wish } from './parent-search.ts';
import type { NodeRun } from '../wire/peers.ts';
import type { PipeCamera } from './pipe-camera.ts';
import type { Reach } from './reach.ts';
import { Rounds } from '../rounds.ts';

/** Between two looks at who has the zones that are watched here, ms. */
const interval = 500;
/** How long a pipe that nobody here wants is kept, ms. */
const linger = 5000;
/** Until a lost pipe is laid anew, at most, ms: by chance, so that those who lost the same parent do not ask at once. */
const spread = 200;
/** Between two searches that found nobody, ms; doubled each time. */
const again = { first: 500, most: 5000 };
/** A pipe that has lived for so long is none that is refused at once, ms. */
const settled = 3000;

export interface ForeignZonesParts {
  readonly leases: Pick<Leases, 'has' | 'cede'>;
  readonly owners: Pick<Owners, 'of'>;
  readonly self: NodeRun;
  readonly reach: Reach;
  readonly find: (zone: ZoneId) => Zone | undefined;
  readonly search: (wish: Wish) => Promise<Found | undefined>;
  readonly makeCamera: (zone: Zone, parent: string, channel: Channel) => PipeCamera;
  /** Told that another node has a zone. */
  readonly onForeign: (zone: ZoneId) => void;
  /** Told that the way of a zone to here has changed. */
  readonly onPath: (zone: ZoneId) => void;
  /** Told that a zone does not come from its owner any more, or not at all: whoever gets it from here has to go. */
  readonly onBelow: (zone: ZoneId) => void;
  readonly log: Logger;
}

interface Pipe {
  readonly camera: PipeCamera;
  readonly parent: PipeNode;
  /** ms as of `performance.now()` */
  readonly since: number;
  path: PipePath;
}

interface Watched {
  readonly zone: ZoneId;
  /** Set while nobody here watches any more. */
  ending: NodeJS.Timeout | undefined;
  /** As of the last time that anybody knew. */
  owner: Owner | undefined;
  pipe: Pipe | undefined;
  /** From whose node on a way is looked for. */
  searching: Owner | undefined;
  /** Not before this time another is looked for, ms as of `performance.now()`, and how long after the next failure. */
  due: number;
  delay: number;
  /** The run of the owner from which none could be had, until one was: it is told once. */
  refusedBy: string | undefined;
}

export class ForeignZones {
  readonly #parts: ForeignZonesParts;
  readonly #watched = new Map<ZoneId, Watched>();
  readonly #rounds = new Rounds(interval, () => this.#look([...this.#watched.keys()]));
  #closed = false;

  constructor(parts: ForeignZonesParts) {
    this.#parts = parts;
  }

  /** The pipes that come from other nodes. */
  get pipes(): { zone: ZoneId; from: string }[] {
    return [...this.#watched.values()].flatMap(({ zone, pipe }) =>
      pipe ? [{ zone, from: pipe.parent.node }] : [],
    );
  }

  /** By which nodes a zone comes to here, the last one before this; undefined where it does not. */
  pathOf(zone: ZoneId): PipePath | undefined {
    return this.#watched.get(zone)?.pipe?.path;
  }

  /** Whether anything comes to here from an owner, by whatever way. */
  hasFrom({ boot }: NodeRun): boolean {
    return [...this.#watched.values()].some(({ pipe }) => pipe?.path.nodes[0]?.boot === boot);
  }

  /** Told when the first one here watches a zone, and when the last one has gone. */
  watched(zone: ZoneId, isWatched: boolean): void {
    if (this.#closed) return;
    const known = this.#watched.get(zone);
    if (!isWatched) {
      if (known) known.ending ??= setTimeout(() => this.#forget(known), linger).unref();
      return;
    }
    if (known) {
      clearTimeout(known.ending);
      known.ending = undefined;
      return;
    }
    this.#watched.set(zone, {
      ...{ zone, ending: undefined, owner: undefined, pipe: undefined, searching: undefined },
      ...{ due: 0, delay: again.first, refusedBy: undefined },
    });
    void this.#look([zone]);
  }

  /** Told that a zone has become this node's: its own camera takes the place. */
  taken(zone: ZoneId): void {
    const known = this.#watched.get(zone);
    if (!known) return;
    known.owner = undefined;
    this.#cut(known);
    this.#tell(known, undefined);
  }

  close(): void {
    this.#closed = true;
    this.#rounds.close();
    for (const each of [...this.#watched.values()]) this.#forget(each);
  }

  async #look(zones: ZoneId[]): Promise<void> {
    const { leases, owners } = this.#parts;
    const missing = zones.filter((zone) => !this.#watched.get(zone)?.pipe && !leases.has(zone));
    const found = await owners.of(zones, missing);
    for (const zone of zones) {
      const known = this.#watched.get(zone);
      if (known) this.#follow(known, found.get(zone));
    }
  }

  #follow(known: Watched, owner: Owner | undefined): void {
    const { leases, self, onForeign } = this.#parts;
    const { zone, pipe } = known;
    if (known.owner?.boot !== owner?.boot) [known.due, known.delay] = [0, again.first];
    known.owner = owner;
    if (!owner) return pipe ? undefined : this.#tell(known, undefined);
    if (owner.node === self.node || leases.has(zone)) return;
    // This node cannot renew it now, but had it later: the other one will hear of that.
    if (!leases.cede(zone, owner)) return;
    onForeign(zone);
    if (pipe) {
      if (pipe.since + 2 * settled < performance.now()) this.#tell(known, undefined);
      if (pipe.path.nodes[0]?.boot === owner.boot) return;
      // One with a lower token is of a Redis that has forgotten something; it will be told.
      if (pipe.path.token >= owner.token) return;
      this.#cut(known);
    }
    if (!known.ending && performance.now() >= known.due) void this.#lay(known, owner);
  }

  async #lay(known: Watched, owner: Owner): Promise<void> {
    // A search for one that has died meanwhile is not waited for.
    if (known.searching?.boot === owner.boot) return;
    known.searching = owner;
    const { search, onBelow, find, leases, reach, log } = this.#parts;
    const { zone: id } = known;
    const insists = known.delay > again.first;
    try {
      const found = await search({ zone: id, owner, insists, onBelow: () => onBelow(id) });
      const zone = find(id);
      const isCurrent = known.searching === owner && this.#watched.get(id) === known;
      const isWanted = isCurrent && !known.ending && !leases.has(id);
      if (found && zone && isWanted) return this.#take(known, zone, found);
      found?.offer.refuse();
      if (found || !isWanted) return;
      [known.due, known.delay] = [
        performance.now() + jittered(known.delay, 0.25),
        Math.min(again.most, known.delay * 2),
      ];
      onBelow(id); // They may know a way.
      const reason = reach.reasonOf(owner.boot);
      if (reason !== undefined) this.#tell(known, owner.node);
      if (known.refusedBy === owner.boot) return;
      known.refusedBy = owner.boot;
      log.warn({ zone: id, from: owner.node, reason }, 'no pipe from another node');
    } catch (error) {
      log.error({ err: error, zone: id, from: owner.node }, 'a pipe could not be looked for');
    } finally {
      if (known.searching === owner) known.searching = undefined;
    }
  }

  #take(known: Watched, zone: Zone, { parent, offer }: Found): void {
    const { makeCamera, onPath, reach, log } = this.#parts;
    const { zone: id } = known;
    const camera = makeCamera(zone, parent.node, offer.channel);
    const pipe: Pipe = { camera, parent, since: performance.now(), path: offer.path };
    known.pipe = pipe;
    known.refusedBy = undefined;
    const from = parent.node;
    log.info({ zone: id, from, hops: offer.path.nodes.length }, 'a pipe from another node');
    camera.onFlowing = () => {
      reach.works(parent.boot);
      known.delay = again.first;
      this.#tell(known, undefined);
    };
    camera.onPath = (path) => {
      // Not by the rules of place.ts; but this end does not rely on the other one's.
      if (path.nodes.some(({ boot }) => boot === this.#parts.self.boot)) return this.#cut(known);
      pipe.path = path;
      onPath(id);
    };
    camera.onLost = (reason) => {
      log.info({ zone: id, from, reason }, 'a pipe from another node has ended');
      if (known.pipe === pipe) this.#lose(known, pipe, reason);
    };
    onPath(id);
    offer.hand();
  }

  #lose(known: Watched, { parent, since }: Pipe, reason: PipeLoss): void {
    known.pipe = undefined;
    this.#parts.onPath(known.zone);
    if (reason === 'silent' || reason === 'unanswered' || reason === 'large-lost') {
      this.#parts.reach.failed(parent, lossInWords[reason]);
      // Also the next way may bring nothing: it is told until media comes.
      this.#tell(known, known.owner?.node);
    }
    // Filmed here: the lease tells whose it is.
    if (reason === 'occupied' || this.#closed) return;
    const isRefusal = reason === 'channel-closed' && performance.now() - since < settled;
    const pause = jittered(spread / 2, 1) + (isRefusal ? known.delay : 0);
    known.due = performance.now() + pause;
    setTimeout(() => void this.#look([known.zone]), pause).unref();
  }

  /** @param node the owner's, that cannot be reached */
  #tell({ zone }: Watched, node: string | undefined): void {
    this.#parts.find(zone)?.tellUnreachable(node);
  }

  #forget(known: Watched): void {
    clearTimeout(known.ending);
    this.#watched.delete(known.zone);
    this.#cut(known);
    this.#tell(known, undefined);
  }

  #cut(known: Watched): void {
    const { pipe } = known;
    known.pipe = undefined;
    if (!pipe) return;
    pipe.camera.close();
    this.#parts.onPath(known.zone);
  }
}

const lossInWords: Record<'silent' | 'unanswered' | 'large-lost', string> = {
  silent: 'it sends media, of which nothing comes',
  unanswered: 'neither media nor an answer comes from it',
  'large-lost':
    'small packets come from it, and large ones do not: the way has to carry packets of 1,280 bytes (MTU)',
};
