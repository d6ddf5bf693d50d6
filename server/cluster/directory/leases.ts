/**
 * The leases of zones whose camera is at this node, and who has the others. A lease is believed until a time of this
 * node's own clock (monotonic) that is reckoned from before it was asked for: so a node that was paused, or cannot hear
 * Redis, knows by itself that it has none any more. It claims then anew, and gets the zone back where nobody else has it.
 */
import { RefusedError } from '../../contract/errors.ts';
import type { ZoneId } from '../../contract/zone.ts';
import { keys, namedValues } from './scripts.ts';
import type { ScriptRunner } from './redis.ts';

/** Who has a zone. */
export interface Owner {
  readonly node: string;
  /** Of the node's run: another one after each start. */
  readonly boot: string;
  /** Of two that believe to have a zone, the one with the higher token has it. */
  readonly token: number;
}

interface Lease {
  token: number;
  /** ms of the clock */
  until: number;
}

/** After so many times a lease, all that a run which has died had is free. */
export const outlived = 1.2;

/** In one script; many more would hold up Redis. */
const atOnce = 250;

export interface LeasesParts {
  readonly redis: ScriptRunner;
  readonly node: string;
  readonly boot: string;
  /** How long a lease is good, ms. */
  readonly time: number;
  /** ms, monotonic */
  readonly clock?: () => number;
}

export class Leases {
  /** Told of a zone that another node has, although a camera of this one films it. */
  onLost: (zone: ZoneId, to: Owner) => void = () => {};
  readonly #parts: LeasesParts;
  readonly #clock: () => number;
  readonly #leases = new Map<ZoneId, Lease>();
  /** The highest token that was heard of. */
  #floor = 0;

  constructor(parts: LeasesParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? (() => performance.now());
  }

  /** The highest token that was heard of. */
  get floor(): number {
    return this.#floor;
  }

  heard(token: number): void {
    this.#floor = Math.max(this.#floor, token);
  }

  /** Whether this node has the zone for certain. */
  has(zone: ZoneId): boolean {
    return (this.#leases.get(zone)?.until ?? -Infinity) > this.#clock();
  }

  /** The token with which this node has a zone, or had it before it could not renew it. */
  tokenOf(zone: ZoneId): number | undefined {
    return this.#leases.get(zone)?.token;
  }

  get size(): number {
    return this.#leases.size;
  }

  /**
   * Takes a zone, unless another node has it.
   * @returns that other one; `settling` while others put theirs back; undefined when the zone is this node's now
   * @throws RefusedError `unavailable`
   */
  async claim(zone: ZoneId): Promise<Owner | 'settling' | undefined> {
    const answer = await this.#ask(zone, this.#leases.get(zone)?.token ?? 0);
    if (answer === 'settling' || 'node' in answer) return answer;
    this.#leases.set(zone, answer);
    return undefined;
  }

  /** Gives a zone back. Where Redis cannot be told, the lease ends by itself. */
  async release(zone: ZoneId): Promise<void> {
    const lease = this.#leases.get(zone);
    if (!lease) return;
    this.#leases.delete(zone);
    await this.#giveBack(zone, lease);
  }

  /** Told that another node has a zone. @returns whether it does: not while this one had it later */
  cede(zone: ZoneId, to: Owner): boolean {
    const mine = this.#leases.get(zone);
    if (mine && mine.token > to.token) return false;
    if (mine) this.#lose(zone, to);
    return true;
  }

  /** @returns who has each of the zones that somebody has. @throws RefusedError `unavailable` */
  async ownersOf(zones: readonly ZoneId[]): Promise<Map<ZoneId, Owner>> {
    const { redis } = this.#parts;
    const answers = await Promise.all(
      groupsOf(zones).map((group) => redis.run('read', group.map(keys.lease), [])),
    );
    const values = answers.flat() as (string | null)[];
    return this.#read(values.map((value, at) => [zones[at] ?? '', value]));
  }

  /** Who has which zone, all of them. @throws RefusedError `unavailable` */
  async list(): Promise<Map<ZoneId, Owner>> {
    const answer = await this.#parts.redis.run('list', [keys.leases], [keys.lease('')]);
    return this.#read(namedValues(answer));
  }

  /**
   * Renews what this node has, and claims anew what it had until it could not: all in one way to Redis and back.
   * @throws RefusedError `unavailable`
   */
  async renew(): Promise<void> {
    const had = [...this.#leases.keys()];
    const lapsed = had.filter((zone) => !this.has(zone));
    const valid = had.filter((zone) => this.has(zone));
    const outcomes = await Promise.allSettled([
      ...groupsOf(valid).map((group) => this.#renew(group)),
      ...lapsed.map((zone) => this.#reclaim(zone)),
    ]);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #renew(zones: ZoneId[]): Promise<void> {
    const { redis, node, boot, time } = this.#parts;
    const asked = this.#clock();
    const leases = zones.map((zone) => [zone, this.#leases.get(zone)] as const);
    const answers = (await redis.run(
      'renew',
      [keys.leases, ...zones.map(keys.lease)],
      [node, boot, time, ...leases.flatMap(([zone, lease]) => [zone, lease?.token ?? 0])],
    )) as string[];
    for (const [at, [zone, lease]] of leases.entries()) {
      // Given back, or claimed anew, while Redis was asked.
      if (!lease || this.#leases.get(zone) !== lease) continue;
      const other = answers[at] ?? '';
      if (other === '') lease.until = Math.max(lease.until, asked + time);
      else this.#lose(zone, readOwner(other));
    }
  }

  async #reclaim(zone: ZoneId): Promise<void> {
    const before = this.#leases.get(zone);
    if (!before) return;
    const answer = await this.#ask(zone, before.token);
    const now = this.#leases.get(zone);
    if (answer === 'settling') return; // Only those that never had it are told so.
    if (now === before) {
      if ('node' in answer) this.#lose(zone, answer);
      else this.#leases.set(zone, answer);
    } else if (!now && !('node' in answer)) {
      await this.#giveBack(zone, answer); // It was given back meanwhile.
    }
  }

  /** @param mine a token with which this node had it */
  async #ask(zone: ZoneId, mine: number): Promise<Lease | Owner | 'settling'> {
    const { redis, node, boot, time } = this.#parts;
    const asked = this.#clock();
    const answer = await redis.run(
      'claim',
      [...[keys.lease(zone), keys.leases, keys.token], ...[keys.nodes, keys.pulse, keys.settling]],
      [zone, node, boot, time, this.#floor, mine],
    );
    const [granted, what] = answer as [0, string] | [1, number] | [2];
    if (granted === 2) return 'settling';
    if (granted === 0) {
      const owner = readOwner(what);
      this.heard(owner.token);
      return owner;
    }
    this.heard(what);
    const until = asked + time;
    if (until > this.#clock()) return { token: what, until };
    throw new RefusedError('unavailable', `${zone} was given too late; try again shortly.`);
  }

  async #giveBack(zone: ZoneId, { token }: Lease): Promise<void> {
    const { redis, boot } = this.#parts;
    await redis.run('release', [keys.lease(zone), keys.leases], [zone, boot, token]);
  }

  #lose(zone: ZoneId, to: Owner): void {
    this.heard(to.token);
    this.#leases.delete(zone);
    this.onLost(zone, to);
  }

  #read(pairs: (readonly [ZoneId, string | null])[]): Map<ZoneId, Owner> {
    const owners = new Map<ZoneId, Owner>();
    for (const [zone, value] of pairs) {
      if (value === null) continue;
      const owner = readOwner(value);
      this.heard(owner.token);
      owners.set(zone, owner);
    }
    return owners;
  }
}

function readOwner(value: string): Owner {
  const [token = '0', node = '', boot = ''] = value.split(' ');
  return { token: Number(token), node, boot };
}

function groupsOf(zones: readonly ZoneId[]): ZoneId[][] {
  return Array.from({ length: Math.ceil(zones.length / atOnce) }, (_, group) =>
    zones.slice(group * atOnce, (group + 1) * atOnce),
  );
}
