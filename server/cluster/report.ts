/** What is told of all nodes: by any of them, which asks the others for what only they know. */
import type { ClusterReport } from '../contract/api.ts';
import { IncomingPipes, type Crossing } from './pipes/crossing.ts';
import type { Leases } from './directory/leases.ts';
import type { NodeRecord, Nodes } from './directory/nodes.ts';
import type { Peers } from './wire/peers.ts';
import { UnreachableNodes, type Unreachable } from './pipes/reach.ts';

export interface ReportParts {
  /** What this node is called. */
  readonly self: string;
  readonly nodes: Pick<Nodes, 'look' | 'known'>;
  readonly leases: Pick<Leases, 'list'>;
  readonly peers: Pick<Peers, 'answer' | 'askAll'>;
  readonly crossing: Pick<Crossing, 'incoming'>;
  /** Nodes of which nothing comes to this one. */
  readonly unreachable: () => Unreachable[];
}

export class Report {
  readonly #parts: ReportParts;

  constructor(parts: ReportParts) {
    this.#parts = parts;
    parts.peers.answer('pipes', async () => parts.crossing.incoming);
    parts.peers.answer('unreachable', async () => parts.unreachable());
  }

  /** All nodes that live, who has which zone, and where they cross. @throws RefusedError `unavailable` */
  async make(): Promise<ClusterReport> {
    const { self, nodes, leases, peers, crossing, unreachable } = this.#parts;
    await nodes.look();
    const [owners, pipes, cut] = await Promise.all([
      leases.list(),
      peers.askAll('pipes', {}, IncomingPipes),
      peers.askAll('unreachable', {}, UnreachableNodes),
    ]);
    pipes.given.set(self, crossing.incoming);
    cut.given.set(self, unreachable());
    const byZone = <T extends { zone: string }>(a: T, b: T): number => a.zone.localeCompare(b.zone);
    return {
      nodes: [...nodes.known.values()].map(shown).sort((a, b) => a.name.localeCompare(b.name)),
      zones: [...owners].map(([zone, { node }]) => ({ zone, node })).sort(byZone),
      pipes: at(pipes.given).sort((a, b) => byZone(a, b) || a.to.localeCompare(b.to)),
      unreachable: at(cut.given)
        .map(({ node: from, to, reason }) => ({ from, to, reason }))
        .sort((a, b) => a.to.localeCompare(b.to)),
      unanswered: [...new Set([...pipes.missing, ...cut.missing])].sort(),
    };
  }
}

/** What each node has told of itself, with its name. */
function at<T extends object>(given: ReadonlyMap<string, readonly T[]>): (T & { to: string })[] {
  return [...given].flatMap(([to, all]) => all.map((one) => ({ ...one, to })));
}

function shown({ name, address, version, load, pressure, zones, sessions, draining }: NodeRecord) {
  return {
    ...{ name, version, load, zones, sessions, draining },
    ...(pressure === undefined ? {} : { pressure }),
    address: `${address.host}:${address.port}`,
  };
}
