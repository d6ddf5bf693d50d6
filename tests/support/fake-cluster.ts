/** Nodes in memory that carry zones to each other, without Redis, network or media: who reaches whom is said by the test. */
import { pino } from 'pino';
import { RefusedError } from '../../server/contract/errors.ts';
import type { PipeRequest } from '../../server/contract/pipe.ts';
import { Channel } from '../../server/cluster/wire/channel.ts';
import { Crossing } from '../../server/cluster/pipes/crossing.ts';
import type { Owner } from '../../server/cluster/directory/leases.ts';
import type { NodeRun } from '../../server/cluster/wire/peers.ts';
import { Reach } from '../../server/cluster/pipes/reach.ts';
import { FakePipes } from './fake-pipes.ts';
import { FakeCamera, FakeViewer, fakeVideo, fakeZones, size } from './fake-zone.ts';

const log = pino({ level: 'silent' });
/** Until a node that has lost a zone hears of it, ms. */
const renewal = 400;

export class FakeCluster {
  readonly nodes = new Map<string, FakeNode>();
  readonly owners = new Map<string, Owner>();
  /** `FROM TO`: connections that cannot be made. */
  readonly cut = new Set<string>();
  /** Nodes that are about to go. */
  readonly draining = new Set<string>();
  /** `FROM TO`: what is said there of media that comes is lost. */
  readonly unheard = new Set<string>();
  readonly fanOut: number;
  readonly #channels = new Map<string, Channel[]>();
  #tokens = 0;
  #runs = 0;

  constructor(fanOut: number) {
    this.fanOut = fanOut;
  }

  start(node: string): FakeNode {
    const made = new FakeNode(this, { node, boot: `${node}-${(this.#runs += 1)}` });
    this.nodes.set(node, made);
    return made;
  }

  at(node: string): FakeNode {
    const found = this.nodes.get(node);
    if (!found) throw new Error(`there is no node ${node}`);
    return found;
  }

  /** A camera begins at a node, whoever had the zone. */
  film(zone: string, node: string): void {
    const former = this.nodes.get(this.owners.get(zone)?.node ?? '');
    const owner = { ...this.at(node).run, token: (this.#tokens += 1) };
    this.owners.set(zone, owner);
    if (former && former.run.node !== node) setTimeout(() => former.lose(zone), renewal);
    this.at(node).film(zone);
  }

  kill(node: string): void {
    this.nodes.get(node)?.stop();
    this.nodes.delete(node);
    for (const [zone, owner] of this.owners) if (owner.node === node) this.owners.delete(zone);
  }

  /** The connection between two nodes breaks; they can make another. */
  break(one: string, other: string): void {
    const channels = this.#channels.get([one, other].sort().join(' ')) ?? [];
    for (const channel of channels.splice(0)) channel.ended('lost');
  }

  /** Told of the two ends of a channel. */
  opened(one: string, other: string, ends: Channel[]): void {
    const between = [one, other].sort().join(' ');
    this.#channels.set(between, [...(this.#channels.get(between) ?? []), ...ends]);
  }

  /** All media that is sent comes, as it does again and again until it is stopped. */
  flow(): { stop(): void } {
    const timer = setInterval(() => {
      const nodes = [...this.nodes.values()];
      const ins = nodes.flatMap(({ run, pipes }) => pipes.ins.map((pipe) => ({ run, pipe })));
      for (const { run, pipes } of nodes) {
        for (const out of pipes.outs) {
          const far = ins.find(({ pipe }) => pipe.end.port === out.far?.port);
          if (!out.connected || !far) continue;
          out.bytes += 1000;
          far.pipe.bytes += 1000;
          far.pipe.reports += 20;
          if (!this.unheard.has(`${far.run.node} ${run.node}`)) out.reports += 20;
        }
      }
    }, 50);
    return { stop: () => clearInterval(timer) };
  }

  /** From which node a zone comes to each other one. */
  parents(zone: string): Map<string, string> {
    const all = [...this.nodes].flatMap(([name, { crossing }]) =>
      crossing.incoming.filter((pipe) => pipe.zone === zone).map(({ from }) => [name, from]),
    );
    return new Map(all as [string, string][]);
  }

  stop(): void {
    for (const name of [...this.nodes.keys()]) this.kill(name);
  }
}

export class FakeNode {
  readonly run: NodeRun;
  readonly zones = fakeZones();
  readonly pipes = new FakePipes();
  readonly reach = new Reach();
  readonly crossing: Crossing;
  readonly #cluster: FakeCluster;
  readonly #held = new Map<string, { token: number; camera: FakeCamera }>();
  readonly #viewers = new Map<string, FakeViewer>();
  readonly #channels = new Set<Channel>();

  constructor(cluster: FakeCluster, run: NodeRun) {
    this.#cluster = cluster;
    this.run = run;
    const { owners, nodes, fanOut, cut, draining } = cluster;
    this.crossing = new Crossing({
      ...{ zones: this.zones, pipes: this.pipes, log, self: run, fanOut, reach: this.reach },
      leases: {
        has: (zone) => this.#held.has(zone),
        tokenOf: (zone) => this.#held.get(zone)?.token,
        cede: () => true,
      },
      owners: {
        of: async (zones) => new Map([...owners].filter(([zone]) => zones.includes(zone))),
      },
      patience: 3000,
      drains: ({ node }) => draining.has(node),
      open: async (to, request) => this.#open(to, request),
      whoReaches: async ({ node }) =>
        [...nodes.values()]
          .filter(({ run: { node: other } }) => !cut.has(`${run.node} ${other}`))
          .filter(({ run: { node: other } }) => other !== node && !cut.has(`${other} ${node}`))
          .map((other) => other.run),
    });
  }

  /** Whether somebody films the zone, as far as its viewers here know. */
  shows(zone: string): boolean {
    return (this.zones.find(zone)?.summary.camera ?? 'idle') !== 'idle';
  }

  watch(zone: string): void {
    if (this.#viewers.has(zone)) return;
    const viewer = new FakeViewer({ ...size(1280, 720), visible: true });
    this.#viewers.set(zone, viewer);
    this.zones.at(zone).join(viewer);
  }

  unwatch(zone: string): void {
    const viewer = this.#viewers.get(zone);
    if (viewer) this.zones.find(zone)?.leave(viewer);
    this.#viewers.delete(zone);
  }

  film(zone: string): void {
    if (this.#held.has(zone)) return this.#hold(zone);
    this.#hold(zone);
    this.crossing.taken(zone);
    const { camera } = this.#held.get(zone) ?? {};
    if (!camera) return;
    this.zones.at(zone).claim(camera);
    this.zones.at(zone).publish(camera, fakeVideo(), 30);
  }

  lose(zone: string): void {
    const held = this.#held.get(zone);
    if (!held || this.#cluster.owners.get(zone)?.boot === this.run.boot) return;
    this.#held.delete(zone);
    this.zones.find(zone)?.end(held.camera);
    this.crossing.sendAway(zone);
  }

  stop(): void {
    for (const zone of this.#viewers.keys()) this.unwatch(zone);
    for (const channel of this.#channels) channel.close();
    this.crossing.close();
  }

  #hold(zone: string): void {
    const { token } = this.#cluster.owners.get(zone) ?? { token: 0 };
    const camera = this.#held.get(zone)?.camera ?? new FakeCamera();
    this.#held.set(zone, { token, camera });
  }

  #open({ node, boot }: NodeRun, request: PipeRequest): Channel {
    const other = this.#cluster.nodes.get(node);
    if (other?.run.boot !== boot || this.#cluster.cut.has(`${this.run.node} ${node}`))
      throw new RefusedError('unavailable', `The node ${node} cannot be reached.`);
    const [near, far] = channels();
    this.#channels.add(near);
    other.#channels.add(far);
    this.#cluster.opened(this.run.node, node, [near, far]);
    later(() => other.crossing.carry(request, { ...this.run, version: '1' }, far));
    return near;
  }
}

/** What is said at one end is heard at the other a few ms later, in order. */
function channels(): [Channel, Channel] {
  const ends: Channel[] = [];
  const end = (at: number): Channel => {
    const other = (): Channel | undefined => ends[1 - at];
    return new Channel({
      send: (message) => later(() => other()?.heard(JSON.parse(JSON.stringify(message)))),
      shut: () => later(() => other()?.ended('shut')),
      onUnknown: () => {},
    });
  };
  ends.push(end(0), end(1));
  return ends as [Channel, Channel];
}

function later(act: () => void): void {
  setTimeout(act, 3);
}
