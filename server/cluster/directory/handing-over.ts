/** What becomes of a camera here when its zone goes to another node: because that asks, or because it has it already. */
import type { Logger } from 'pino';
import { RefusedError } from '../../contract/errors.ts';
import { parse } from '../../contract/parse.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { Zones } from '../../zones/zones.ts';
import { Yield, type Holdings } from './holdings.ts';
import type { Leases, Owner } from './leases.ts';

export interface HandingOverParts {
  readonly zones: Pick<Zones, 'find'>;
  readonly leases: Pick<Leases, 'has'>;
  readonly holdings: Pick<Holdings, 'settled'>;
  readonly log: Logger;
}

export class HandingOver {
  readonly #parts: HandingOverParts;

  constructor(parts: HandingOverParts) {
    this.#parts = parts;
  }

  /** Lets a zone go whose camera has to give its place over. @throws RefusedError `zone-occupied` */
  async yield(about: unknown): Promise<unknown> {
    const { zones, leases, holdings, log } = this.#parts;
    const { zone: id, window } = parse(Yield, about, 'yield');
    const zone = zones.find(id);
    // What comes from another node is none of this node's cameras: the question is late.
    const yielding = zone?.camera?.isElsewhere ? undefined : zone?.whoYields({ window });
    if (!yielding) {
      if (!leases.has(id)) return {};
      throw new RefusedError('zone-occupied', `Another camera begins in ${id}.`);
    }
    const fields = { zone: id, peer: yielding.holder.peer, reason: yielding.reason.text };
    log.info(fields, 'camera replaced by one at another node');
    zone?.makeRoom(yielding);
    await holdings.settled(id);
    return {};
  }

  /** Another node has the zone. */
  lost(id: ZoneId, { node, token }: Owner): void {
    const { zones, log } = this.#parts;
    log.warn({ zone: id, node, token }, 'another node has this zone');
    const zone = zones.find(id);
    const camera = zone?.camera;
    if (!camera) return;
    const message = `Another camera films ${id} now, at the node ${node}.`;
    zone.end(camera, { code: 'zone-occupied', message });
  }
}
