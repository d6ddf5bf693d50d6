/** A node at which all cameras are, and others from which their zones are watched: real servers, Redis and PostgreSQL. */
import { TestCluster } from '../../support/cluster.ts';
import { threeLayerClip } from '../../support/peers/clip.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { LightWatcher } from '../../support/peers/watcher.ts';
import { freePort, type RunningServer } from '../../support/server.ts';
import { oneAddress } from '../load/one-address.ts';
import { pause } from '../measure/cpu.ts';

const zoneCount = 12;
const edgeCount = 3;

export interface FilmedZone {
  readonly name: string;
  readonly camera: LightPublisher;
}

export class Scene {
  readonly owner: RunningServer;
  readonly edges: readonly RunningServer[];
  readonly zones: FilmedZone[] = [];
  readonly #cluster: TestCluster;
  readonly #watchers = new Set<LightWatcher>();

  static async open(): Promise<Scene> {
    const cluster = await TestCluster.start();
    const ports = zoneCount * edgeCount;
    const start = async (name: string): Promise<RunningServer> => {
      const first = await freePort(ports);
      const settings = { CLUSTER_PIPE_PORTS: `${first}-${first + ports - 1}`, ...oneAddress };
      return cluster.startNode(name, settings);
    };
    try {
      const owner = await start('owner');
      const edges: RunningServer[] = [];
      for (let edge = 1; edge <= edgeCount; edge += 1) edges.push(await start(`edge-${edge}`));
      const scene = new Scene(cluster, owner, edges);
      const clip = threeLayerClip();
      for (let zone = 1; zone <= zoneCount; zone += 1) {
        const name = `NODES-${zone}`;
        scene.zones.push({ name, camera: await LightPublisher.start(owner.url, name, clip) });
      }
      return scene;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  private constructor(cluster: TestCluster, owner: RunningServer, edges: RunningServer[]) {
    this.#cluster = cluster;
    this.owner = owner;
    this.edges = edges;
  }

  /** A viewer with a socket, that watches nothing yet. */
  async visit(node: RunningServer): Promise<LightWatcher> {
    const watcher = new LightWatcher(node.url);
    this.#watchers.add(watcher);
    await watcher.client.connected();
    return watcher;
  }

  /** A viewer who sees the top layer of a zone. */
  async watch(node: RunningServer, { name }: FilmedZone): Promise<LightWatcher> {
    const watcher = await this.visit(node);
    await watcher.watch(name);
    await untilKeyFrame(watcher);
    return watcher;
  }

  leave(watcher: LightWatcher): void {
    watcher.close();
    this.#watchers.delete(watcher);
  }

  async close(): Promise<void> {
    for (const watcher of this.#watchers) watcher.close();
    for (const { camera } of this.zones) camera.close();
    await this.#cluster.stop();
  }
}

/** @returns when its first key frame began, ms as of `performance.now()` */
export async function untilKeyFrame({ streams }: LightWatcher): Promise<number> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    for (const { firstKeyFrameAt } of streams.values())
      if (firstKeyFrameAt !== undefined) return firstKeyFrameAt;
    if (performance.now() > deadline) throw new Error('no key frame within 10 s of a join');
    await pause(1);
  }
}
