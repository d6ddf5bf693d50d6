/** Which other nodes reach one that this one does not: they may carry to here what comes from it. */
import { z } from 'zod';
import { RefusedError } from '../../contract/errors.ts';
import { parse } from '../../contract/parse.ts';
import { PipeNode } from '../../contract/pipe.ts';
import type { NodeRun, Peers } from '../wire/peers.ts';
import type { Reach } from './reach.ts';

/** For the node in question to answer one that asks it, and for that one to tell; ms. */
const longest = { there: 1000, told: 1500 };
/** So long what was told is believed, ms: many zones of one node ask at once. */
const fresh = 1000;
/** For others to say the same, ms. */
const moment = 100;

const Reaches = z.object({ reaches: z.boolean() });

export class Relays {
  readonly #peers: Pick<Peers, 'answer' | 'ask' | 'others'>;
  readonly #told = new Map<string, { readonly at: number; readonly nodes: Promise<NodeRun[]> }>();

  /** @param hasFrom whether anything comes from a node to here, by whatever way */
  constructor(
    peers: Pick<Peers, 'answer' | 'ask' | 'others'>,
    reach: Reach,
    hasFrom: (node: NodeRun) => boolean,
  ) {
    this.#peers = peers;
    peers.answer('there', async () => ({}));
    peers.answer('reach', async (about) => {
      const node = parse(PipeNode, about, 'reach');
      const reaches = hasFrom(node) || (!reach.avoids(node.boot) && (await this.#reaches(node)));
      return { reaches };
    });
  }

  /** Those that say that they reach a node. */
  to(node: NodeRun): Promise<readonly NodeRun[]> {
    const known = this.#told.get(node.boot);
    if (known && known.at + fresh > performance.now()) return known.nodes;
    const nodes = this.#askFor(node);
    this.#told.set(node.boot, { at: performance.now(), nodes });
    setTimeout(() => this.#told.delete(node.boot), fresh).unref();
    return nodes;
  }

  /** Those that have said so in time, or a moment after the first one: some may have to wait for a node that is silent. */
  #askFor({ node, boot }: NodeRun): Promise<NodeRun[]> {
    const others = this.#peers.others.filter((other) => other.boot !== boot);
    const reaching: NodeRun[] = [];
    return new Promise((resolve) => {
      const end = (): void => resolve(reaching);
      const late = setTimeout(end, longest.told);
      const asked = others.map(async (other) => {
        const told = await this.#peers.ask(other, 'reach', { node, boot }, longest.told);
        if (!parse(Reaches, told, 'reach').reaches) return;
        reaching.push(other);
        setTimeout(end, moment);
      });
      void Promise.allSettled(asked).then(() => {
        clearTimeout(late);
        end();
      });
    });
  }

  async #reaches(node: NodeRun): Promise<boolean> {
    try {
      await this.#peers.ask(node, 'there', {}, longest.there);
      return true;
    } catch (error) {
      if (error instanceof RefusedError) return false;
      throw error;
    }
  }
}
