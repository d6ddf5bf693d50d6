/** What nodes there are: each says every now and then that it lives; one that was silent for a lease is none any more. */
import { z } from 'zod';
import { NodeId } from '../../contract/node.ts';
import { ranks, type Rank } from '../../contract/rank.ts';
import { byWeight } from './by-weight.ts';
import { keys, namedValues } from './scripts.ts';
import type { ScriptRunner } from './redis.ts';

/** What a node says of itself. What a later version says beside that is passed over. */
export const NodeRecord = z.object({
  name: NodeId,
  /** Of this run of it. */
  boot: z.string(),
  /** Where other nodes reach it. */
  address: z.object({ host: z.string(), port: z.number() }),
  version: z.string(),
  /** Share of its processors that is used, 0 to 1. */
  load: z.number(),
  /** How many zones it has. */
  zones: z.number(),
  /** How many people and cameras have a session there. */
  sessions: z.number(),
  /** Of what has to be the same at all nodes. */
  fingerprints: z.record(z.string(), z.string()).optional(),
  /** Whether it takes no new sessions, and its clients are told to go. */
  draining: z.boolean().default(false),
  /** How near it is to full, 1 is full; and the ranks of which it takes what others refuse. All, where it does not say. */
  pressure: z.number().optional(),
  welcomes: z.array(z.string()).optional(),
});
export type NodeRecord = z.infer<typeof NodeRecord>;

/**
 * A node that Redis has not heard for so many times a lease may have lost what it has: it was to be heard before. By then
 * nothing has ended yet that was renewed in time (`Rounds`).
 */
const unheard = 0.6;

const leastRoom = 0.05; // of 1

export interface NodesParts {
  readonly redis: ScriptRunner;
  /** ms */
  readonly lease: number;
  /** What this node says of itself now. */
  readonly describe: () => NodeRecord;
}

export class Nodes {
  /** Told after each look which nodes live. */
  onLook: (known: ReadonlyMap<string, NodeRecord>) => void = () => {};
  readonly #parts: NodesParts;
  #known = new Map<string, NodeRecord>();
  /** How many were sent to each node since the last look, by name. */
  #sent = new Map<string, number>();
  /** ms as of `performance.now()` */
  #heardAt = -Infinity;

  constructor(parts: NodesParts) {
    this.#parts = parts;
  }

  /** Those that live, as of the last look; this one too. */
  get known(): ReadonlyMap<string, NodeRecord> {
    return this.#known;
  }

  /** Whether Redis has heard this node a moment ago. */
  get isHeard(): boolean {
    return performance.now() - this.#heardAt < this.#parts.lease * unheard;
  }

  /**
   * Says that this node lives.
   * @param floor the highest token that it has heard of
   * @returns the highest that Redis knows, or another node of this name
   * @throws RefusedError `unavailable`
   */
  async beat(floor: number): Promise<number | NodeRecord> {
    const { redis, lease, describe } = this.#parts;
    const record = describe();
    const { name, boot } = record;
    const asked = performance.now();
    const [taken, what] = (await redis.run(
      'beat',
      [keys.node(name), keys.nodes, keys.token, keys.pulse, keys.settling],
      [name, boot, lease, JSON.stringify(record), floor, Math.round(lease * unheard)],
    )) as [0, string] | [1, number];
    if (taken === 0) return NodeRecord.parse(JSON.parse(what));
    this.#heardAt = asked;
    return what;
  }

  /** Looks who else lives. @throws RefusedError `unavailable` */
  async look(): Promise<void> {
    const answer = await this.#parts.redis.run('list', [keys.nodes], [keys.node('')]);
    const records = namedValues(answer).flatMap(([, value]) => readNode(value));
    this.#known = new Map(records.map((record) => [record.name, record]));
    this.#sent = new Map();
    this.onLook(this.#known);
  }

  /**
   * Where to send somebody from here: to a node that takes everybody, if there is one, and of these to the one with the fewest
   * sessions for the room that it has, those counted that were just sent there.
   * @param self the name of this node
   * @returns undefined where no other one takes sessions
   */
  elsewhere(self: string): NodeId | undefined {
    const taken = ({ welcomes }: NodeRecord): number =>
      ranks.filter((rank) => welcomes?.includes(rank) ?? true).length;
    const crowding = (node: NodeRecord): number =>
      (node.sessions + (this.#sent.get(node.name) ?? 0) + 1) / roomOf(node);
    const [chosen] = [...this.#known.values()]
      .filter(({ name, draining }) => name !== self && !draining)
      .sort((a, b) => taken(b) - taken(a) || crowding(a) - crowding(b));
    if (chosen) this.#sent.set(chosen.name, (this.#sent.get(chosen.name) ?? 0) + 1);
    return chosen?.name;
  }

  /**
   * Where work is to go for which this node has no room: to one that takes it, by chance, so that nodes that are full at
   * the same time do not all send to one; more often to one with more room.
   * @param self the name of this node
   * @returns undefined where none takes it
   */
  roomFor(self: string, rank: Rank): NodeId | undefined {
    const takers = [...this.#known.values()].filter(
      ({ name, draining, welcomes }) =>
        name !== self && !draining && (welcomes?.includes(rank) ?? true),
    );
    return byWeight(takers, roomOf)?.name;
  }

  /** Says that this node goes. */
  async leave(): Promise<void> {
    const { redis, describe } = this.#parts;
    const { name, boot } = describe();
    await redis.run('leave', [keys.node(name), keys.nodes], [name, boot]);
  }
}

/** Above 0, so that a node that is full is chosen where there is no other. */
function roomOf({ pressure, load }: NodeRecord): number {
  return Math.max(leastRoom, 1 - (pressure ?? load));
}

/** None of one that says what cannot be understood. */
function readNode(value: string): NodeRecord[] {
  const read = NodeRecord.safeParse(JSON.parse(value));
  return read.success ? [read.data] : [];
}
