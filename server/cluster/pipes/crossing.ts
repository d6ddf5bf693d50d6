/** Pictures on their way between nodes: the pipes that other nodes have of zones here, and those from there. */
import type { Logger } from 'pino';
import { z } from 'zod';
import { PipeRequest, type PipeNode, type PipePath } from '../../contract/pipe.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { PipePlane } from '../../media/plane.ts';
import type { Zones } from '../../zones/zones.ts';
import type { Channel } from '../wire/channel.ts';
import type { NodeName } from '../wire/door.ts';
import { ForeignZones } from './foreign-zones.ts';
import { IncomingLinks } from './incoming-links.ts';
import type { Leases } from '../directory/leases.ts';
import type { Owners } from '../directory/owners.ts';
import { askFor } from './pipe-offer.ts';
import { ParentSearch, type SearchParts } from './parent-search.ts';
import { PipeCamera } from './pipe-camera.ts';
import { PipeViewer } from './pipe-viewer.ts';
import { pathOn, placeFor } from './place.ts';
import { Rounds } from '../rounds.ts';

/** What a node tells of the pipes that come to it. */
export const IncomingPipes = z.array(z.object({ zone: z.string(), from: z.string() }));

/** Between two looks whether a zone is had with another token, ms. */
const interval = 500;

export interface CrossingParts extends SearchParts {
  readonly zones: Zones;
  readonly pipes: PipePlane;
  readonly leases: Pick<Leases, 'has' | 'tokenOf' | 'cede'>;
  readonly owners: Pick<Owners, 'of'>;
  /** To how many nodes one zone is carried where others can. */
  readonly fanOut: number;
  /** How long a pipe is kept whose channel is lost, ms. */
  readonly patience: number;
  /** Whether a node, this one too, is about to go, as far as is known. */
  readonly drains: (node: PipeNode) => boolean;
  readonly log: Logger;
}

/** Another node that gets a zone from here. */
interface Child extends PipeNode {
  readonly viewer: PipeViewer;
  channel: Channel;
  /** The way that it was told of last, this node included; undefined while it waits for one. */
  told: PipePath | undefined;
}

export class Crossing {
  readonly #parts: CrossingParts;
  readonly #foreign: ForeignZones;
  readonly #links = new IncomingLinks();
  readonly #children = new Map<ZoneId, Set<Child>>();
  readonly #rounds = new Rounds(interval, async () => {
    for (const zone of this.#children.keys()) this.#tellPath(zone);
  });

  constructor(parts: CrossingParts) {
    this.#parts = parts;
    const { zones, leases, owners, pipes, self, reach, patience, log } = parts;
    this.#foreign = new ForeignZones({
      ...{ leases, owners, self, reach, log },
      search: (wish) => ParentSearch.find(parts, wish),
      ask: (to, request) => askFor(parts.open, to, request),
      makeCamera: ({ id }, parent, { channel, resume }) => {
        const link = this.#links.from(parent);
        const kept = resume === undefined ? 0 : patience;
        const parts = { pipes, link, log, patience: kept };
        return new PipeCamera(() => zones.at(id), parent, channel, parts);
      },
      find: (zone) => zones.find(zone),
      onForeign: (zone) => this.#resign(zone),
      onPath: (zone) => this.#tellPath(zone),
      onBelow: (zone) => this.sendAway(zone),
    });
    zones.onWatched = (zone, isWatched) => this.#foreign.watched(zone, isWatched);
  }

  /** How many pipes there are. */
  get pipes(): { in: number; out: number } {
    const out = [...this.#children.values()].reduce((sum, { size }) => sum + size, 0);
    return { in: this.incoming.length, out };
  }

  /** The pipes that come from other nodes. */
  get incoming(): z.infer<typeof IncomingPipes> {
    return this.#foreign.pipes;
  }

  /** Whether this node gets anything of another one, by whatever way. */
  hasFrom(owner: PipeNode): boolean {
    return this.#foreign.hasFrom(owner);
  }

  /** Takes a channel by which another node wants a zone; says on it where that is to be had otherwise, if anywhere. */
  carry(about: unknown, { node, boot }: NodeName, channel: Channel): void {
    const asked = PipeRequest.safeParse(about);
    if (!asked.success) return channel.close();
    const { zone, resume, ...wish } = asked.data;
    const all = this.#children.get(zone) ?? new Set<Child>();
    const held = [...all].find((child) => child.boot === boot && child.viewer.resume === resume);
    if (held) return this.#resume(zone, held, channel);
    const path = this.#pathOf(zone);
    const { self, fanOut, drains, patience } = this.#parts;
    // Who goes soon, or may be gone, is no place for others, and its own is free.
    const children = [...all]
      .filter((child) => !child.viewer.isDetached && !drains(child))
      .map((child) => ({ node: child.node, boot: child.boot }));
    const carrier = { path, children, fanOut, drains: drains(self) };
    const place = placeFor({ node, boot }, wish, carrier);
    if (typeof place !== 'string') {
      channel.send({ type: 'elsewhere', nodes: place });
      return channel.close();
    }
    // What it had before is of a connection of which only it knows that it has ended.
    for (const child of [...all]) if (child.boot === boot) this.#drop(zone, child);
    const { zones, pipes, log } = this.#parts;
    const viewer = new PipeViewer(zones.at(zone), {
      ...{ pipes, patience, log: log.child({ node }), screens: 0 },
    });
    const child: Child = { node, boot, viewer, channel, told: undefined };
    this.#children.set(zone, all.add(child));
    log.info({ zone, to: node }, 'a pipe to another node');
    viewer.onEnded = () => this.#forget(zone, child);
    if (path) tell(child, path);
    viewer.attach(channel);
  }

  /** This node does not carry the zone any more: who has it from here finds it elsewhere. Who waits for it goes on. */
  sendAway(zone: ZoneId): void {
    for (const child of [...(this.#children.get(zone) ?? [])]) {
      if (child.told) this.#drop(zone, child);
    }
  }

  /** A zone has become this node's: its own camera takes the place. */
  taken(zone: ZoneId): void {
    this.#foreign.taken(zone);
    this.#tellPath(zone);
  }

  close(): void {
    this.#rounds.close();
    this.#foreign.close();
    this.#links.close();
    for (const [zone, children] of [...this.#children])
      for (const child of [...children]) this.#drop(zone, child);
  }

  /** By which nodes a zone is here, this one last; undefined where it is not. */
  #pathOf(zone: ZoneId): PipePath | undefined {
    const { leases, self } = this.#parts;
    const own = leases.tokenOf(zone);
    if (own !== undefined) return pathOn({ token: own, nodes: [] }, self);
    const path = this.#foreign.pathOf(zone);
    return path && pathOn(path, self);
  }

  /** Where it has changed. Without a way, they wait for the next one. */
  #tellPath(zone: ZoneId): void {
    const path = this.#pathOf(zone);
    if (!path) return;
    for (const child of this.#children.get(zone) ?? []) {
      if (JSON.stringify(child.told) !== JSON.stringify(path)) tell(child, path);
    }
  }

  /** One whose channel was lost has another one. It keeps its place, whatever others may have now. */
  #resume(zone: ZoneId, child: Child, channel: Channel): void {
    child.channel = channel;
    const path = this.#pathOf(zone) ?? child.told;
    if (path) tell(child, path);
    child.viewer.attach(channel);
    this.#parts.log.info({ zone, to: child.node }, 'a pipe to another node goes on');
  }

  /** Another node has a zone that this one had: who has it from here goes there, by its own way. */
  #resign(zone: ZoneId): void {
    if (this.#parts.leases.tokenOf(zone) !== undefined) return;
    const isOwner = ({ told }: Child): boolean => told?.nodes.length === 1;
    if ([...(this.#children.get(zone) ?? [])].some(isOwner)) this.sendAway(zone);
  }

  #drop(zone: ZoneId, child: Child): void {
    child.viewer.close();
    this.#forget(zone, child);
  }

  #forget(zone: ZoneId, child: Child): void {
    const all = this.#children.get(zone);
    if (!all?.delete(child)) return;
    if (all.size === 0) this.#children.delete(zone);
    this.#parts.log.info({ zone, to: child.node }, 'a pipe to another node has ended');
  }
}

function tell(child: Child, path: PipePath): void {
  child.told = path;
  child.channel.send({ type: 'path', path, resume: child.viewer.resume });
}
