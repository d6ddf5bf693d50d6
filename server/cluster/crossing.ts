/** Pictures on their way between nodes: the pipes that other nodes have of zones here, and those from there. */
import type { Logger } from 'pino';
import { z } from 'zod';
import type { ZoneId } from '../contract/zone.ts';
import type { PipePlane } from '../media/plane.ts';
import type { Zones } from '../zones/zones.ts';
import type { Channel } from './channel.ts';
import type { NodeName } from './door.ts';
import { ForeignZones } from './foreign-zones.ts';
import type { Leases, Owner } from './leases.ts';
import type { Owners } from './owners.ts';
import { PipeCamera } from './pipe-camera.ts';
import { PipeViewer } from './pipe-viewer.ts';

/** What a node tells of the pipes that come to it. */
export const IncomingPipes = z.array(z.object({ zone: z.string(), from: z.string() }));

const OfZone = z.object({ zone: z.string() });

export interface CrossingParts {
  readonly zones: Zones;
  readonly pipes: PipePlane;
  readonly leases: Leases;
  readonly owners: Owners;
  readonly self: string;
  /** @throws RefusedError `unavailable` when that node cannot be reached */
  readonly openTo: (owner: Owner, zone: ZoneId) => Promise<Channel>;
  readonly log: Logger;
}

export class Crossing {
  readonly #parts: CrossingParts;
  readonly #foreign: ForeignZones;
  readonly #viewers = new Map<ZoneId, Set<PipeViewer>>();

  constructor(parts: CrossingParts) {
    this.#parts = parts;
    const { zones, leases, owners, pipes, self, openTo, log } = parts;
    this.#foreign = new ForeignZones({
      ...{ leases, owners, self, openTo, log },
      makeCamera: (zone, owner, channel) => new PipeCamera(zone, owner, channel, pipes, log),
      find: (zone) => zones.find(zone),
      onForeign: (zone) => this.sendAway(zone),
    });
    zones.onWatched = (zone, isWatched) => this.#foreign.watched(zone, isWatched);
  }

  /** How many pipes there are. */
  get pipes(): { in: number; out: number } {
    const out = [...this.#viewers.values()].reduce((sum, { size }) => sum + size, 0);
    return { in: this.incoming.length, out };
  }

  /** The pipes that come from other nodes. */
  get incoming(): z.infer<typeof IncomingPipes> {
    return this.#foreign.pipes;
  }

  /** Takes a channel by which another node wants a zone of this one; closes it where this one has it not. */
  carry(about: unknown, from: NodeName, channel: Channel): void {
    const { zones, pipes, log } = this.#parts;
    const asked = OfZone.safeParse(about);
    // Also where the lease could not be renewed: nobody has said that another node has the zone.
    if (!asked.success || this.#parts.leases.tokenOf(asked.data.zone) === undefined)
      return channel.close();
    const { zone: id } = asked.data;
    const to = log.child({ node: from.node });
    const viewer = new PipeViewer(zones.at(id), channel, pipes, to);
    const all = this.#viewers.get(id) ?? new Set<PipeViewer>();
    this.#viewers.set(id, all.add(viewer));
    log.info({ zone: id, to: from.node }, 'a pipe to another node');
    viewer.onEnded = () => {
      all.delete(viewer);
      if (all.size === 0 && this.#viewers.get(id) === all) this.#viewers.delete(id);
      log.info({ zone: id, to: from.node }, 'a pipe to another node has ended');
    };
  }

  /** Another node has the zone: what pipes come from here find it there. */
  sendAway(zone: ZoneId): void {
    for (const viewer of this.#viewers.get(zone) ?? []) viewer.close();
    this.#viewers.delete(zone);
  }

  /** A zone has become this node's: its own camera takes the place. */
  taken(zone: ZoneId): void {
    this.#foreign.taken(zone);
  }

  close(): void {
    this.#foreign.close();
    for (const zone of [...this.#viewers.keys()]) this.sendAway(zone);
  }
}
