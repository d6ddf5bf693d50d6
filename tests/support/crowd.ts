/** Many light sockets on one node, which dies: they come back as pages do, through the balancer. */
import { randomBytes } from 'node:crypto';
import { paces } from '../../web/lib/session/coming-back.ts';
import { Client } from './client.ts';
import { clusterReport } from './people.ts';
import type { NodeOfThree, ThreeNodes } from './three-nodes.ts';

/** So that nodes let so many in from one address. */
export function roomFor(count: number): Record<string, string> {
  return {
    LIMITS_SOCKETS_PER_ADDRESS: `${count}`,
    LIMITS_PENDING_SOCKETS_PER_ADDRESS: `${count}`,
    LIMITS_HANDSHAKES_PER_ADDRESS: `${4 * count}`,
    LIMITS_CONNECTIONS_PER_ADDRESS: `${4 * count}`,
  };
}

export interface Comeback {
  /** From the death until the last socket was open again, ms. */
  readonly time: number;
  /** How many sessions each of the others has then. */
  readonly sessions: ReadonlyMap<string, number>;
}

/** @param count how many sockets are on the node when it is killed */
export async function killUnderCrowd(
  three: ThreeNodes,
  kind: string,
  { count, node }: { count: number; node: NodeOfThree },
): Promise<Comeback> {
  const { first, longest, chance } = paces.operator;
  await three.takes(kind, node);
  const crowd: Client[] = [];
  try {
    while (crowd.length < count) {
      // In handfuls: how fast they come at first is not what is tried.
      const handful = Array.from({ length: Math.min(50, count - crowd.length) }, () => {
        const client = new Client(three.front(kind).url, randomBytes(24).toString('base64url'), {
          ...{ query: { node }, reconnection: true, timeout: 6000 },
          ...{ reconnectionDelay: first, reconnectionDelayMax: longest },
          randomizationFactor: chance,
        });
        // A name is good for one attempt.
        client.socket.io.once('open', () => (client.socket.io.opts.query = {}));
        return client;
      });
      crowd.push(...handful);
      await Promise.all(handful.map((client) => client.connected()));
    }
    const back = crowd.map(
      ({ socket }) =>
        new Promise<void>((done) => socket.once('disconnect', () => socket.once('connect', done))),
    );
    const began = performance.now();
    three.node(node).process.kill('SIGKILL');
    await Promise.all(back);
    const time = performance.now() - began;
    return { time, sessions: await sessionsOf(three, node, count) };
  } finally {
    for (const client of crowd) client.close();
  }
}

/** What the living nodes say of themselves, once that includes all who have come. */
async function sessionsOf(
  three: ThreeNodes,
  dead: NodeOfThree,
  count: number,
): Promise<Map<string, number>> {
  const by = dead === 'north' ? 'south' : 'north';
  const until = performance.now() + 10_000;
  for (;;) {
    const { nodes } = await clusterReport(three.node(by));
    const sessions = new Map(
      nodes.filter(({ name }) => name !== dead).map((one) => [one.name, one.sessions]),
    );
    const all = [...sessions.values()].reduce((sum, each) => sum + each, 0);
    if (all >= count || performance.now() > until) return sessions;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
