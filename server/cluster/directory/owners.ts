/**
 * Who has which zone: as the directory says, and while that cannot be asked, as the nodes say themselves. So a new pipe
 * needs no Redis: those that have a zone go on having it until they hear that another one has.
 */
import { z } from 'zod';
import { parse } from '../../contract/parse.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { Leases, Owner } from './leases.ts';
import type { Peers } from '../wire/peers.ts';

const kind = 'owned';
const Question = z.object({ zones: z.array(z.string()).max(10_000) });
/** The tokens with which a node has zones. */
const Answer = z.object({ owned: z.array(z.tuple([z.string(), z.number()])) });

export interface OwnersParts {
  readonly leases: Leases;
  readonly peers: Pick<Peers, 'answer' | 'askAll' | 'others'>;
  /** How long nodes have to answer, ms. */
  readonly patience: number;
  /** Whether it is known already that the directory cannot be asked. */
  readonly isOut: () => boolean;
}

export class Owners {
  readonly #parts: OwnersParts;

  constructor(parts: OwnersParts) {
    this.#parts = parts;
    const { leases, peers } = parts;
    peers.answer(kind, async (about) => {
      const { zones } = parse(Question, about, kind);
      const owned = zones.flatMap((zone): [ZoneId, number][] => {
        const token = leases.tokenOf(zone);
        return token === undefined ? [] : [[zone, token]];
      });
      return { owned } satisfies z.input<typeof Answer>;
    });
  }

  /**
   * @param missing of these zones, those of which nodes are to be asked where the directory cannot be
   * @returns who has each of the zones that somebody is known to have
   */
  async of(zones: readonly ZoneId[], missing: readonly ZoneId[]): Promise<Map<ZoneId, Owner>> {
    const { leases, isOut } = this.#parts;
    if (isOut()) return this.#ask(missing);
    try {
      return await leases.ownersOf(zones);
    } catch {
      return this.#ask(missing); // That the directory cannot be asked is told by itself.
    }
  }

  async #ask(zones: readonly ZoneId[]): Promise<Map<ZoneId, Owner>> {
    const owners = new Map<ZoneId, Owner>();
    if (zones.length === 0) return owners;
    const { peers, patience, leases } = this.#parts;
    const runs = new Map(peers.others.map((run) => [run.node, run]));
    const { given } = await peers.askAll(kind, { zones }, Answer, patience);
    for (const [node, { owned }] of given) {
      const run = runs.get(node);
      if (!run) continue;
      for (const [zone, token] of owned) {
        leases.heard(token);
        if (token > (owners.get(zone)?.token ?? 0)) owners.set(zone, { ...run, token });
      }
    }
    return owners;
  }
}
