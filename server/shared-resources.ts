/** Sessions of WHIP and WHEP at all nodes, for whoever administers: listed, and ended. */
import { z } from 'zod';
import type { Changes } from './access/changes.ts';
import type { Peers } from './cluster/wire/peers.ts';
import { RefusedError } from './contract/errors.ts';
import { parse } from './contract/parse.ts';
import { ResourceSummary } from './contract/whip.ts';
import type { AdministeredResources } from './http/api/resources-handlers.ts';
import type { Resources } from './whip/resources.ts';

/** For how long other nodes are waited for, ms: somebody looks at a page. */
const longest = 1000;

const Question = z.object({ handle: z.string() });
const Ended = z.object({ ended: ResourceSummary.optional() });

export interface SharedResourcesParts {
  readonly own: Pick<Resources, 'list' | 'endByHandle'>;
  readonly changes: Pick<Changes, 'make'>;
  /** Undefined for a node that is alone. */
  readonly peers: Pick<Peers, 'answer' | 'askAll'> | undefined;
}

export function sharedResources({
  own,
  changes,
  peers,
}: SharedResourcesParts): AdministeredResources {
  peers?.answer('resources', () => own.list());
  peers?.answer('resource-end', async (about) => {
    const { handle } = parse(Question, about, 'question');
    return { ended: own.endByHandle(handle) };
  });
  const endAnywhere = async (handle: string): Promise<ResourceSummary | undefined> => {
    const here = own.endByHandle(handle);
    if (here || !peers) return here;
    const { given } = await peers.askAll('resource-end', { handle }, Ended, longest);
    return [...given.values()].find(({ ended }) => ended)?.ended;
  };
  return {
    async list() {
      const here = await own.list();
      if (!peers) return { resources: here, unknownAt: [] };
      const Told = z.array(ResourceSummary);
      const { given, missing } = await peers.askAll('resources', {}, Told, longest);
      const others = [...given].flatMap(([node, all]) => all.map((one) => ({ ...one, node })));
      const resources = [...here, ...others].sort((a, b) => b.since - a.since);
      return { resources, unknownAt: [...missing].sort() };
    },
    async end(by, handle) {
      const ended = await endAnywhere(handle);
      if (!ended) throw new RefusedError('not-found', 'This session has ended already.');
      const { kind, zone, actor, address } = ended;
      const detail = { of: actor.name, by: kind.toUpperCase(), address };
      await changes.make(by, async (_records, tell) => {
        tell({ kind: 'sign-in', action: 'session-ended', zone, detail });
      });
    },
  };
}
