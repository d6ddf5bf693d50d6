/** All sessions of WHIP and WHEP at this node. */
import { randomBytes } from 'node:crypto';
import type { Caller } from '../access/caller.ts';
import type { Settings } from '../config.ts';
import { RefusedError } from '../contract/errors.ts';
import { NodeId } from '../contract/node.ts';
import type { ResourceKind, ResourceSummary } from '../contract/whip.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Excess } from '../limits/excess.ts';
import { payerOf } from '../limits/payer.ts';
import { Tally } from '../limits/tally.ts';
import type { Guest } from '../participants/participant.ts';
import { BitRates } from './bit-rates.ts';
import { Resource, type Visitor } from './resource.ts';

/** Viewers are moved this much later than cameras, so that they find the picture at the other server; ms. */
const viewersFollow = 700;
/** Parts an id's own secret from the name of its node; neither has it. */
const mark = '~';

export interface ResourcesParts {
  /** Where what takes part without a socket is kept for the rules of all. */
  readonly guests: Set<Guest>;
  /** This one's name among several; undefined where it is alone. */
  readonly node: NodeId | undefined;
  readonly excess: Excess;
}

export class Resources {
  readonly #parts: ResourcesParts;
  readonly #all = new Map<string, Resource>();
  readonly #bitRates = new BitRates();
  readonly #ofPerson: Tally;
  readonly #ofKey: Tally;

  constructor(limits: Settings['limits'], parts: ResourcesParts) {
    this.#parts = parts;
    this.#ofPerson = new Tally(limits.sockets_per_account);
    this.#ofKey = new Tally(limits.sockets_per_key);
  }

  /** This one's name among several; undefined where it is alone. */
  get node(): NodeId | undefined {
    return this.#parts.node;
  }

  get size(): number {
    return this.#all.size;
  }

  /** A new one, which does nothing yet. @throws RefusedError `throttled` when its payer has too many */
  begin(kind: ResourceKind, zone: ZoneId, visitor: Visitor): Resource {
    const { guests, node, excess } = this.#parts;
    const { name, shared } = payerOf(visitor.caller.principal, visitor.address);
    const tally = shared ? this.#ofKey : this.#ofPerson;
    const leave = tally.open(name);
    if (!leave) {
      excess.report('sockets', { address: visitor.address, account: name });
      throw new RefusedError(
        'throttled',
        `This account has ${tally.most} sessions of WHIP and WHEP open already.`,
      );
    }
    const secret = randomBytes(24).toString('base64url');
    const id = node === undefined ? secret : `${node}${mark}${secret}`;
    const resource: Resource = new Resource(id, kind, zone, visitor, () => {
      leave();
      this.#all.delete(id);
      guests.delete(resource);
    });
    this.#all.set(id, resource);
    guests.add(resource);
    return resource;
  }

  /** @throws RefusedError `not-found`, too when it is another one's */
  find(kind: ResourceKind, zone: ZoneId, id: string, caller: Caller): Resource {
    const found = this.#all.get(id);
    if (found?.kind === kind && found.zone === zone && found.belongsTo(caller)) return found;
    throw new RefusedError('not-found', 'There is no such session; it may have ended.');
  }

  /** The other node that has made an id; undefined for this one, and for what is no id. */
  nodeOf(id: string): NodeId | undefined {
    const { node } = this.#parts;
    const at = id.indexOf(mark);
    const name = NodeId.safeParse(id.slice(0, Math.max(0, at)));
    return node === undefined || !name.success || name.data === node ? undefined : name.data;
  }

  /** How many there are of each kind, and how many encoders send although nobody watches. */
  get counts(): Record<ResourceKind | 'unwatched', number> {
    const counts = { whip: 0, whep: 0, unwatched: 0 };
    for (const resource of this.#all.values()) {
      counts[resource.kind] += 1;
      if (resource.sendsUnwatched()) counts.unwatched += 1;
    }
    return counts;
  }

  /** The newest first. */
  async list(): Promise<ResourceSummary[]> {
    const all = await Promise.all(
      [...this.#all.values()].map(async (resource) => {
        const bitRate = await this.#bitRates.of(resource);
        return { ...resource.summary, ...(bitRate === undefined ? {} : { bitRate }) };
      }),
    );
    return all.sort((a, b) => b.since - a.since);
  }

  /** Ends one for whoever administers. @returns what it was; undefined where it was not there */
  endByHandle(handle: string): ResourceSummary | undefined {
    const found = [...this.#all.values()].find(({ peer }) => peer === handle);
    const summary = found?.summary;
    found?.end({ code: 'forbidden', message: 'An administrator has ended this session.' });
    return summary;
  }

  /** Its clients can be told nothing: their sessions end, and they ask again, elsewhere. */
  async drain(): Promise<void> {
    this.#end('whip', 'The server drains; ask again.');
    await new Promise((resolve) => setTimeout(resolve, viewersFollow));
    this.#end('whep', 'The server drains; ask again.');
  }

  close(): void {
    this.#end(undefined, 'The server stops.');
  }

  #end(kind: ResourceKind | undefined, message: string): void {
    for (const resource of [...this.#all.values()]) {
      if (kind === undefined || resource.kind === kind) {
        resource.end({ code: 'unavailable', message });
      }
    }
  }
}
