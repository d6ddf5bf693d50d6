/**
 * A city of nodes that share a real Redis and a real PostgreSQL. One node stays as it is, with its own cameras, and its
 * own operators who look at these and at a few foreign zones; the city grows around it.
 */
import { TestCluster } from '../../support/cluster.ts';
import { freePort, type RunningServer } from '../../support/server.ts';
import { oneAddress } from '../load/one-address.ts';
import { cpuTime } from '../measure/cpu.ts';
import { Crew, type Heard } from './crew.ts';
import { ServiceMeter, tcpBytes, type Counts, type Services } from './traffic.ts';

/** What the node has that is measured, whatever the city has. */
export const home = { cameras: 40, operators: 200, foreign: 20, tiles: 4 };
const rest = { nodes: 2, operatorsPerZone: 0.5 };

export interface Reading {
  /** ms */
  readonly at: number;
  /** CPU time of the node, ms. */
  readonly cpu: number;
  /** What its operators and cameras have heard of it. */
  readonly heard: Heard;
  /** Bytes, both ways: with other nodes, Redis and PostgreSQL. */
  readonly nodes: Counts;
  readonly redis: Counts;
  readonly postgres: Counts;
  /** CPU time of all other nodes together, ms. */
  readonly others: number;
  readonly services: Services;
}

interface CityNode {
  readonly server: RunningServer;
  /** Where other nodes reach it. */
  readonly door: number;
  readonly crew: Crew;
  readonly zones: string[];
  operators: number;
}

export class City {
  readonly #cluster: TestCluster;
  readonly #meter: ServiceMeter;
  readonly #home: CityNode;
  readonly #rest: CityNode[];

  static async found(): Promise<City> {
    const cluster = await TestCluster.start();
    const crews: Crew[] = [];
    try {
      const start = async (name: string): Promise<CityNode> => {
        const door = await freePort();
        const server = await cluster.startNode(
          name,
          {
            CLUSTER_ADDRESS: `127.0.0.1:${door}`,
            CLUSTER_LEASE: '3000',
            // It has no media, by which it would be full.
            CAPACITY_WHEN_FULL: 'off',
            LOG_LEVEL: 'warn',
            ...oneAddress,
          },
          { program: 'tests/bench/city/node.ts' },
        );
        const crew = new Crew();
        crews.push(crew);
        return { server, door, crew, zones: [], operators: 0 };
      };
      const own = await start('home');
      const others: CityNode[] = [];
      for (let node = 1; node <= rest.nodes; node += 1) others.push(await start(`rest-${node}`));
      const city = new City(cluster, await ServiceMeter.open(cluster), own, others);
      await city.#settle();
      return city;
    } catch (error) {
      for (const crew of crews) crew.close();
      await cluster.stop();
      throw error;
    }
  }

  private constructor(
    cluster: TestCluster,
    meter: ServiceMeter,
    own: CityNode,
    others: CityNode[],
  ) {
    this.#cluster = cluster;
    this.#meter = meter;
    this.#home = own;
    this.#rest = others;
  }

  get #all(): CityNode[] {
    return [this.#home, ...this.#rest];
  }

  get zones(): number {
    return this.#all.reduce((sum, { zones }) => sum + zones.length, 0);
  }

  /** Sockets of cameras and operators. */
  get clients(): number {
    return this.#all.reduce((sum, { zones, operators }) => sum + zones.length + operators, 0);
  }

  get nodes(): number {
    return this.#all.length;
  }

  /** Those of the node that is measured. */
  get homeClients(): number {
    return this.#home.zones.length + this.#home.operators;
  }

  /** The node's own zones, and foreign ones that its operators look at. */
  async #settle(): Promise<void> {
    await this.#film(this.#home, 'NEAR', home.cameras);
    for (const node of this.#rest) await this.#film(node, 'NEAR', home.foreign / this.#rest.length);
    const foreign = this.#rest.flatMap(({ zones }) => zones);
    const { zones: own } = this.#home;
    await this.#watch(this.#home, home.operators, (operator) => [
      ...turn(own, operator, home.tiles / 2),
      ...turn(foreign, operator, home.tiles / 2),
    ]);
  }

  /** Lets the rest of the city grow to so many zones in all, with operators who look at those of their own node. */
  async growTo(zones: number): Promise<void> {
    const more = zones - this.zones;
    await Promise.all(
      this.#rest.map(async (node) => {
        await this.#film(node, 'FAR', Math.round(more / this.#rest.length));
        const operators = Math.round(node.zones.length * rest.operatorsPerZone) - node.operators;
        await this.#watch(node, operators, (operator) =>
          turn(node.zones, operator * 7, home.tiles),
        );
      }),
    );
  }

  /**
   * From now on, so many cameras change in each second.
   * @param near of zones that operators of the measured node look at
   * @param far of all others
   */
  async change(near: number, far: number): Promise<void> {
    const all = this.#all.map(({ crew, zones }) => ({
      crew,
      near: zones.filter((zone) => zone.startsWith('NEAR')),
      far: zones.filter((zone) => zone.startsWith('FAR')),
    }));
    for (const which of ['near', 'far'] as const) {
      const count = all.reduce((sum, zones) => sum + zones[which].length, 0);
      const ofEach = (which === 'near' ? near : far) / count;
      for (const { crew, ...zones } of all)
        await crew.change(which, ofEach * zones[which].length, zones[which]);
    }
  }

  async read(): Promise<Reading> {
    const { server, crew } = this.#home;
    const pid = server.process.pid ?? 0;
    const { redis, postgres } = this.#cluster;
    return {
      at: performance.now(),
      cpu: cpuTime(pid),
      heard: await crew.count(),
      nodes: tcpBytes(
        pid,
        this.#all.map(({ door }) => door),
      ),
      redis: tcpBytes(pid, [redis.port]),
      postgres: tcpBytes(pid, [Number(new URL(postgres.url).port)]),
      others: this.#rest.reduce((sum, one) => sum + cpuTime(one.server.process.pid ?? 0), 0),
      services: await this.#meter.read(),
    };
  }

  async close(): Promise<void> {
    for (const { crew } of this.#all) crew.close();
    await this.#meter.close();
    await this.#cluster.stop();
  }

  async #film(node: CityNode, kind: 'NEAR' | 'FAR', count: number): Promise<void> {
    const { server, crew, zones } = node;
    const name = `${kind}-${this.#all.indexOf(node)}`;
    const names = Array.from({ length: count }, (_, at) => `${name}-${zones.length + at + 1}`);
    await crew.film(server.url, names);
    zones.push(...names);
  }

  async #watch(
    node: CityNode,
    count: number,
    windowOf: (operator: number) => string[],
  ): Promise<void> {
    const first = node.operators;
    const windows = Array.from({ length: Math.max(0, count) }, (_, at) => windowOf(first + at));
    await node.crew.watch(node.server.url, windows);
    node.operators += windows.length;
  }
}

/** So many of all, from the turn of one on. */
function turn<T>(all: readonly T[], from: number, count: number): T[] {
  return Array.from({ length: count }, (_, at) => all[(from * count + at) % all.length] as T);
}
