/**
 * Two nodes, each on a host of its own with people beside it, and Redis and PostgreSQL on a third: what lies between them
 * can be cut.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TestCluster } from './cluster.ts';
import { Lab, type Host } from './lab.ts';
import type { PeerOrder, PeerState } from './peers/remote-peers.ts';
import { startCompanion, type Companion } from './process.ts';
import type { RunningServer } from './server.ts';

type Place = 'north' | 'south';
const program = fileURLToPath(new URL('./peers/remote-peers.ts', import.meta.url));

/** People on one host. */
class HostPeople {
  readonly #child: ChildProcess;
  #states: Record<string, PeerState> = {};

  constructor({ prefix, address }: Host) {
    const [first = '', ...rest] = [
      ...prefix,
      process.execPath,
      '--import',
      'tsx',
      program,
      address,
    ];
    this.#child = spawn(first, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.#states = JSON.parse(line) as Record<string, PeerState>;
    });
  }

  add(order: PeerOrder): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  /** Of one who has begun; nothing has come before. */
  state(name: string): PeerState {
    return this.#states[name] ?? { packets: 0, ended: [] };
  }

  close(): void {
    this.#child.stdin?.end();
  }
}

export class NodesFarApart {
  readonly lab = new Lab(['core', 'north', 'south']);
  readonly people: Record<Place, HostPeople>;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'surveillance-far-apart-'));
  readonly #bridges: Companion[] = [];
  readonly #cluster: TestCluster;
  readonly #nodes = new Map<Place, RunningServer>();

  private constructor(cluster: TestCluster) {
    this.#cluster = cluster;
    const { north, south } = this.lab.hosts;
    this.people = { north: new HostPeople(north), south: new HostPeople(south) };
  }

  /** @param lease ms */
  static async start(lease: number): Promise<NodesFarApart> {
    const scene = new NodesFarApart(await TestCluster.start());
    await scene.#begin(lease);
    return scene;
  }

  urlOf(place: Place): string {
    return this.#node(place).url;
  }

  /** What a node answers to a request. */
  ask(place: Place, route: string): string {
    const script = `fetch('${this.urlOf(place)}${route}').then((answer) => answer.text()).then(console.log)`;
    return this.lab.run(this.lab.hosts[place], process.execPath, '-e', script);
  }

  /** The north hears nobody but itself, and nobody hears it. */
  cutNorth(): void {
    const { address } = this.lab.hosts.north;
    for (const side of ['saddr', 'daddr']) this.lab.drop(`ip ${side} ${address}`);
  }

  async close(): Promise<void> {
    this.lab.heal();
    for (const each of Object.values(this.people)) each.close();
    await this.#cluster.stop();
    await Promise.all(this.#bridges.map((bridge) => bridge.stop()));
    this.lab.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #begin(lease: number): Promise<void> {
    const { core } = this.lab.hosts;
    const store = new URL(this.#cluster.store);
    const redis = new URL(this.#cluster.redis.url);
    await Promise.all([store, redis].map((url) => this.#bridge(core, Number(url.port))));
    for (const url of [store, redis]) url.hostname = core.address;
    await Promise.all(
      (['north', 'south'] as const).map(async (place) => {
        const { address, prefix } = this.lab.hosts[place];
        const settings = {
          ...{ HTTP_HOST: address, MEDIA_LISTEN: address, STORE_URL: store.href },
          ...{ CLUSTER_REDIS_URL: redis.href, CLUSTER_ADDRESS: `${address}:5001` },
          ...{ CLUSTER_PIPE_LISTEN: address, CLUSTER_LEASE: `${lease}` },
        };
        this.#nodes.set(place, await this.#cluster.startNode(place, settings, { prefix }));
      }),
    );
  }

  /** A host has a port of this machine: over a file, which all hosts share. */
  async #bridge(host: Host, port: number): Promise<void> {
    const file = path.join(this.#folder, `${port}`);
    const isReady = (output: string): boolean => output.includes('listening on');
    const [first = '', ...rest] = [...host.prefix, 'socat', '-d', '-d'];
    this.#bridges.push(
      await startCompanion(
        'socat',
        ['-d', '-d', `UNIX-LISTEN:${file},fork`, `TCP4:127.0.0.1:${port}`],
        isReady,
      ),
      await startCompanion(
        first,
        [...rest, `TCP4-LISTEN:${port},bind=${host.address},fork`, `UNIX-CONNECT:${file}`],
        isReady,
      ),
    );
  }

  #node(place: Place): RunningServer {
    const node = this.#nodes.get(place);
    if (!node) throw new Error(`there is no node in the ${place}`);
    return node;
  }
}
