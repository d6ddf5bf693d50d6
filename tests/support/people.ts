/** Cameras and viewers at the nodes of a cluster, without browsers, and what the nodes tell of themselves. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ClusterReport } from '../../server/contract/api.ts';
import { Client, type Answer } from './client.ts';
import { threeLayerClip } from './peers/clip.ts';
import { LightPublisher } from './peers/publisher.ts';
import { LightWatcher, type WatcherOptions } from './peers/watcher.ts';
import type { RunningServer } from './server.ts';

const clip = threeLayerClip();
type Node = Pick<RunningServer, 'url'>;

export interface Directory {
  readonly nodes: string[];
  /** The node of each. */
  readonly zones: Record<string, string>;
}

export class People {
  #open: { close(): void }[] = [];

  async film(node: Node, zone: string): Promise<LightPublisher> {
    const camera = await LightPublisher.start(node.url, zone, clip);
    this.#open.push(camera);
    return camera;
  }

  async watch(
    node: Node,
    what: Parameters<LightWatcher['watch']>[0],
    options: WatcherOptions = {},
  ): Promise<LightWatcher> {
    const viewer = new LightWatcher(node.url, options);
    this.#open.push(viewer);
    await viewer.client.connected();
    await viewer.watch(what);
    await viewer.connected();
    return viewer;
  }

  async client(node: Node): Promise<Client> {
    const client = new Client(node.url);
    this.#open.push(client);
    await client.connected();
    return client;
  }

  /** Claims a zone again and again until it has it, as a page does. @returns the answers so far */
  async persist(node: Node, zone: string): Promise<Answer[]> {
    const client = await this.client(node);
    const answers: Answer[] = [];
    const again = async (): Promise<void> => {
      while (client.socket.connected && !answers.at(-1)?.ok) {
        await client.ask('claim', { zone, label: '' }).then(
          (answer) => answers.push(answer),
          () => {}, // It was closed meanwhile.
        );
        await pause(200);
      }
    };
    void again();
    return answers;
  }

  close(): void {
    for (const each of this.#open) each.close();
    this.#open = [];
  }
}

/** Resolves when a picture moves. @param within ms */
export function flows(viewer: LightWatcher, within = 10_000): Promise<void> {
  const before = viewer.received().packets;
  return expect
    .poll(() => viewer.received().packets, { timeout: within })
    .toBeGreaterThan(before + 50);
}

/** What a node says of all of them. @throws Error while it cannot say */
export async function clusterReport(node: Node): Promise<ClusterReport> {
  const report = await reportOf(node);
  if (!report) throw new Error(`${node.url} cannot say how the cluster is`);
  return report;
}

async function reportOf({ url }: Node): Promise<ClusterReport | undefined> {
  const answer = await fetch(`${url}/api/v1/cluster`);
  return answer.ok ? ((await answer.json()) as ClusterReport) : undefined;
}

/** What a node says that there is; undefined while it cannot say. */
export async function directory(node: Node): Promise<Directory | undefined> {
  const report = await reportOf(node);
  if (!report) return undefined;
  const { nodes, zones } = report;
  return {
    nodes: nodes.map(({ name }) => name),
    zones: Object.fromEntries(zones.map(({ zone, node }) => [zone, node])),
  };
}

/** How many pipes a node has. */
export async function pipesOf({ url }: Node): Promise<{ in: number; out: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const of = (direction: string): number =>
    Number(new RegExp(`cluster_pipes{direction="${direction}"} (\\d+)`).exec(text)?.[1]);
  return { in: of('in'), out: of('out') };
}

/** Between which nodes a zone crosses, as a node says; of others, a session whose socket was lost may still hold one. */
export async function pipesOfZone(node: Node, zone: string): Promise<string[]> {
  const { pipes } = await clusterReport(node);
  return pipes.filter((pipe) => pipe.zone === zone).map(({ from, to }) => `${from} to ${to}`);
}
