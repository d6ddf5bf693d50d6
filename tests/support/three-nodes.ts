/** Three nodes behind one address, of which a test ends, replaces and counts some. */
import { expect } from 'vitest';
import { balancers, nodeNames, type RunningBalancer } from './balancers.ts';
import { Client, rtpCapabilities, tile } from './client.ts';
import { TestCluster } from './cluster.ts';
import type { RunningServer } from './server.ts';

export type NodeOfThree = (typeof nodeNames)[number];

export class ThreeNodes {
  readonly fronts = new Map<string, RunningBalancer>();
  readonly #nodes = new Map<string, RunningServer>();
  readonly #cluster: TestCluster;
  readonly #settings: Record<string, string>;
  #asked = 0;

  private constructor(cluster: TestCluster, settings: Record<string, string>) {
    this.#cluster = cluster;
    this.#settings = { HTTP_TRUSTED_PROXIES: 'loopback', ...settings };
  }

  /**
   * @param kinds of balancers, each in front of all nodes
   * @param settings of the nodes, without the prefix
   */
  static async behind(kinds: string[], settings: Record<string, string> = {}): Promise<ThreeNodes> {
    const three = new ThreeNodes(await TestCluster.start(), settings);
    await Promise.all(nodeNames.map((name) => three.start(name)));
    const [north = 0, south = 0, west = 0] = nodeNames.map((name) => three.portOf(name));
    for (const kind of kinds) {
      const front = await balancers[kind]?.([north, south, west]);
      if (front) three.fronts.set(kind, front);
    }
    return three;
  }

  /** Starts a node, in place of one of this name that has ended. */
  async start(name: NodeOfThree): Promise<void> {
    const settings = { ...this.#settings };
    if (this.#nodes.has(name)) settings.HTTP_PORT = `${this.portOf(name)}`;
    this.#nodes.set(name, await this.#cluster.startNode(name, settings));
  }

  node(name: string): RunningServer {
    const found = this.#nodes.get(name);
    if (!found) throw new Error(`there is no node ${name}`);
    return found;
  }

  portOf(name: string): number {
    return Number(new URL(this.node(name).url).port);
  }

  front(kind: string): RunningBalancer {
    const found = this.fronts.get(kind);
    if (!found) throw new Error(`${kind} does not run`);
    return found;
  }

  /** At which nodes a session began in a zone, since they were started; once for each. */
  whereOf(zone: string): NodeOfThree[] {
    return nodeNames.flatMap((name) =>
      this.node(name)
        .log.filter((line) => line.msg === 'session started' && line.zone === zone)
        .map(() => name),
    );
  }

  /** The node at which a client is: it watches a zone of its own, of which that node's log tells. */
  async whereIs(client: Client): Promise<NodeOfThree> {
    const zone = `WHERE-${(this.#asked += 1)}`;
    // Attempts before may fail: a node has just gone, or come.
    await expect.poll(() => client.socket.connected, { timeout: 10_000 }).toBe(true);
    await client.request('watch', { tiles: [tile(zone)], rtpCapabilities });
    await expect.poll(() => this.whereOf(zone)).toHaveLength(1);
    const [where] = this.whereOf(zone);
    if (!where) throw new Error('no node has this client');
    return where;
  }

  /** Waits until a balancer sends whoever asks for a node there, as a while after it was started. */
  async takes(kind: string, name: NodeOfThree): Promise<void> {
    const ask = async (): Promise<NodeOfThree> => {
      const client = new Client(this.front(kind).url, undefined, { query: { node: name } });
      try {
        return await this.whereIs(client);
      } finally {
        client.close();
      }
    };
    await expect.poll(ask, { timeout: 15_000, interval: 500 }).toBe(name);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.fronts.values()].map((one) => one.stop()));
    await this.#cluster.stop();
  }
}
