/**
 * Rights among the nodes of a cluster: who makes a change tells the others at once, and a node that does not reach the
 * store asks one that does. What is told says only "look now"; what is answered is as the store has it then.
 */
import { z } from 'zod';
import type { Caller, Gate } from './access/caller.ts';
import type { Peers } from './cluster/wire/peers.ts';
import type { Settings } from './config.ts';
import { Principal } from './contract/access.ts';
import { RefusedError } from './contract/errors.ts';
import { parse } from './contract/parse.ts';
import { anyone } from './contract/policy.ts';
import type { SharedRights } from './signaling/rights.ts';
import type { Store } from './store/store.ts';

/** What another node is given to answer, ms: both questions together, and the wait before them, come within 5 s. */
const longest = { number: 800, callers: 1500 };
/** Callers in one question. */
const atOnce = 1000;

const Told = z.object({ number: z.number() });
const Known = z.object({ kind: z.enum(['sign-in', 'key']), id: z.string().max(100) });
const Question = z.object({ whom: z.array(Known).max(atOnce) });
const Answer = z.object({
  number: z.number(),
  callers: z.array(
    z.object({ principal: Principal, maxBitrate: z.number().optional() }).nullable(),
  ),
});

export interface SharedRightsParts {
  readonly peers: Peers;
  readonly store: Pick<Store, 'news'>;
  readonly gate: Gate;
  /** Told that another node has made a change. */
  readonly changed: (number: number) => void;
}

/** Answers other nodes from now on. */
export function answerPeers({ peers, store, gate, changed }: SharedRightsParts): void {
  peers.answer('changed', async (about) => {
    changed(parse(Told, about, 'changed').number);
    return {};
  });
  peers.answer('number of changes', async () => ({ number: await store.news.number() }));
  peers.answer('callers', async (about) => {
    const { whom } = parse(Question, about, 'callers');
    // First, so that who they are is never older than the number says.
    const number = await store.news.number();
    const renew = (via: z.infer<typeof Known>) => gate.renew({ principal: anyone, via });
    const callers = await Promise.all(whom.map(async (via) => (await renew(via)) ?? null));
    return { number, callers };
  });
}

/** Tells all other nodes of a change; those that it does not reach look by themselves. */
export function tellPeers(peers: Peers, number: number): void {
  void peers.askAll('changed', { number }, z.unknown());
}

/** Undefined where there are no accounts, and so no rights that could be withdrawn. */
export function sharedRights(
  { peers }: { readonly peers: Peers },
  { access, cluster: { trust_for: trustFor } }: Settings,
): SharedRights | undefined {
  if (access.mode === 'open') return undefined;
  return {
    trustFor,
    async ask(known, whom) {
      const { given } = await peers.askAll('number of changes', {}, Told, longest.number);
      const numbers = [...given].map(([node, { number }]) => ({ node, number }));
      const latest = numbers.sort((a, b) => b.number - a.number)[0];
      const node = peers.others.find((other) => other.node === latest?.node);
      if (!latest || !node) {
        throw new RefusedError('unavailable', 'No other node reaches the database.');
      }
      if (latest.number === known) return { number: known };
      const callers: (Caller | undefined)[] = [];
      let number = latest.number;
      for (let first = 0; first < whom.length; first += atOnce) {
        const vias = whom.slice(first, first + atOnce).map(({ via }) => via);
        const about = { whom: vias };
        const answer = Answer.parse(await peers.ask(node, 'callers', about, longest.callers));
        number = Math.min(number, answer.number);
        callers.push(...vias.map((via, at) => callerOf(answer.callers[at] ?? undefined, via)));
      }
      return { number, callers };
    },
  };
}

function callerOf(
  answer: z.infer<typeof Answer>['callers'][number] | undefined,
  via: Caller['via'],
): Caller | undefined {
  return answer ? { ...answer, via } : undefined;
}
