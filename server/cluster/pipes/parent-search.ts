/** Looks for the node that carries a zone to this one: its owner, one to which the owner sends on, or one that reaches it. */
import { RefusedError } from '../../contract/errors.ts';
import type { PipeNode, PipeRequest } from '../../contract/pipe.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { Channel } from '../wire/channel.ts';
import type { Owner } from '../directory/leases.ts';
import type { NodeRun } from '../wire/peers.ts';
import { askFor, type PipeOffer } from './pipe-offer.ts';
import { isUsable } from './place.ts';
import type { Reach } from './reach.ts';

/** For a node to answer, ms. One that cannot reach the owner itself asks others first. */
const longest = { answered: 1500, relayed: 3000 };
/** Most nodes that are asked in one search. */
const mostAsked = 40;

export interface SearchParts {
  readonly self: NodeRun;
  readonly reach: Reach;
  /** @throws RefusedError `unavailable` when that node cannot be reached */
  readonly open: (to: NodeRun, request: PipeRequest) => Promise<Channel>;
  /** Nodes that say that they reach another one. */
  readonly whoReaches: (node: NodeRun) => Promise<readonly NodeRun[]>;
}

export interface Wish {
  readonly zone: ZoneId;
  readonly owner: Owner;
  /** Whether one that carries it to as many as it should is to carry it once more, if there is no other. */
  readonly insists: boolean;
  /** One that is not asked: the zone comes from there already, and is to come by another way. */
  readonly except?: PipeNode | undefined;
  /** Told before any other node than the owner is asked: whoever gets the zone from here has to go. */
  readonly onBelow: () => void;
}

export interface Found {
  readonly parent: PipeNode;
  readonly offer: PipeOffer;
}

export class ParentSearch {
  readonly #parts: SearchParts;
  readonly #wish: Wish;
  readonly #tried: Set<string>;
  /** Those that have the zone and carry it to as many as they should. */
  readonly #full: PipeNode[] = [];
  #asked = 0;

  private constructor(parts: SearchParts, wish: Wish) {
    this.#parts = parts;
    this.#wish = wish;
    this.#tried = new Set([parts.self.boot]);
    if (wish.except) this.#tried.add(wish.except.boot);
  }

  /** @returns undefined when nobody can carry the zone to here */
  static async find(parts: SearchParts, wish: Wish): Promise<Found | undefined> {
    return new ParentSearch(parts, wish).#find();
  }

  async #find(): Promise<Found | undefined> {
    const { owner } = this.#wish;
    const below = await this.#descend([owner]);
    if (below) return below;
    if (this.#full.length > 0) return this.#insist();
    if (this.#parts.reach.reasonOf(owner.boot) === undefined) return undefined;
    const relays = await this.#parts.whoReaches(owner);
    return (await this.#descend(shuffled(relays), 'relay')) ?? this.#insist();
  }

  /** Asks these, and those that they name, each branch to its end. */
  async #descend(from: readonly PipeNode[], manner?: 'relay'): Promise<Found | undefined> {
    const { reach } = this.#parts;
    const { except } = this.#wish;
    const open = [...from].reverse();
    for (let next = open.pop(); next && this.#asked < mostAsked; next = open.pop()) {
      if (this.#tried.has(next.boot) || reach.avoids(next.boot)) continue;
      if (except && reach.isOneWay(next.boot)) continue;
      this.#tried.add(next.boot);
      const answer = await this.#ask(next, manner);
      if (answer && 'offer' in answer) return answer;
      if (!answer || answer.length === 0) continue;
      this.#full.push(next);
      open.push(...shuffled(answer));
    }
    return undefined;
  }

  /** A picture matters more than how many get it from one node; a moment later, one that moved may have room. */
  async #insist(): Promise<Found | undefined> {
    for (const node of this.#wish.insists ? this.#full : []) {
      const answer = await this.#ask(node, 'insist');
      if (answer && 'offer' in answer) return answer;
    }
    return undefined;
  }

  async #ask(
    parent: PipeNode,
    manner: PipeRequest['manner'],
  ): Promise<Found | readonly PipeNode[] | undefined> {
    const { self, reach, open } = this.#parts;
    const { zone, owner, onBelow } = this.#wish;
    const isOwner = parent.boot === owner.boot;
    if (!isOwner) onBelow();
    this.#asked += 1;
    try {
      const request = { zone, token: owner.token, ...(manner ? { manner } : {}) };
      const { node, boot, token } = owner;
      const unsaid = isOwner ? { token, nodes: [{ node, boot }] } : undefined;
      const time = manner === 'relay' ? longest.relayed : longest.answered;
      const offer = await askFor(open, parent, request, { time, unsaid });
      if (!offer) {
        if (manner !== 'relay') reach.failed(parent, `it does not answer within ${time} ms`);
        return undefined;
      }
      if (!('path' in offer)) return offer;
      if (isUsable(offer.path, token, self)) return { parent, offer };
      offer.refuse();
      return [];
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      reach.failed(parent, error.message);
      return undefined;
    }
  }
}

/** In an order by chance, so that those who ask at once spread. */
function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}
