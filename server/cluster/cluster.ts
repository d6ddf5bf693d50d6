/** This node among others: what it has, what it gets from them, and what they get from it. */
import { randomUUID } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Activity } from '../contract/activity.ts';
import type { ClusterReport } from '../contract/api.ts';
import { RefusedError } from '../contract/errors.ts';
import type { NodeId } from '../contract/node.ts';
import { parse } from '../contract/parse.ts';
import type { Rank } from '../contract/rank.ts';
import type { Trouble } from '../health.ts';
import type { PipePlane } from '../media/plane.ts';
import { StartupError } from '../startup-error.ts';
import { version } from '../version.ts';
import type { Ownership } from '../zones/ownership.ts';
import type { Zones } from '../zones/zones.ts';
import { NodesAttempts } from './directory/attempts.ts';
import { ActivityOfNodes } from './activity.ts';
import { Crossing } from './pipes/crossing.ts';
import type { NodeName } from './wire/door.ts';
import type { Fingerprints } from './equal-settings.ts';
import { Company, type NodesChange } from './directory/company.ts';
import { HandingOver } from './directory/handing-over.ts';
import { Holdings } from './directory/holdings.ts';
import { Leases } from './directory/leases.ts';
import { Membership } from './directory/membership.ts';
import { Nodes, type NodeRecord } from './directory/nodes.ts';
import { Owners } from './directory/owners.ts';
import { Peers, type NodeRun } from './wire/peers.ts';
import { inWords, Reach, type Unreachable } from './pipes/reach.ts';
import { Redis } from './directory/redis.ts';
import { Relays } from './pipes/relays.ts';
import { Report } from './report.ts';
import type { ClusterSettings, HostAndPort } from './settings.ts';
import { ZoneNews } from './news/zone-news.ts';

/** What a node says of the work that it can take still. */
export interface Room {
  /** 1 is full. */
  readonly pressure: number;
  readonly welcomes: Rank[];
}

export interface ClusterParts {
  readonly zones: Zones;
  readonly pipes: PipePlane;
  readonly fingerprints: Fingerprints;
  /** Connections to PostgreSQL: how many one node has, and how many it takes of all. */
  readonly connections: { readonly each: number; readonly most: number };
  readonly log: Logger;
}

/** For the metrics. */
export interface ClusterFigures {
  readonly nodes: number;
  readonly zones: number;
  readonly pipes: { readonly in: number; readonly out: number };
  /** Nodes that live, and of which nothing comes to here. */
  readonly unreachable: number;
  /** How often another node said what this one does not understand. */
  readonly notUnderstood: number;
}

/** What is told of the sessions at this node. */
export interface OwnSessions {
  readonly size: number;
  readonly activity: Activity;
  /** Whether it takes no new ones. */
  readonly draining: boolean;
}
/** How long the others are told that this node goes, ms. */
const farewell = 200;
const Leaves = z.object({ boot: z.string() });

const noSessions: OwnSessions = { size: 0, activity: new Map(), draining: false };

export class Cluster {
  /** How near this node is to full, and what of others it takes; undefined where that is not measured. */
  room: Room | undefined;
  /** Told by one of the nodes that live: of others that are gone without a word, and of those that are there again. */
  onNodes: (change: NodesChange) => void = () => {};
  readonly ownership: Ownership;
  readonly peers: Peers;
  readonly attempts: NodesAttempts;
  readonly activity: ActivityOfNodes;
  /** Those of people and cameras at this node. */
  sessions: OwnSessions = noSessions;
  /** Zones of other nodes. */
  readonly zoneNews: ZoneNews;
  readonly #self: NodeName;
  readonly #settings: ClusterSettings;
  readonly #parts: ClusterParts;
  readonly #redis: Redis;
  readonly #leases: Leases;
  readonly #nodes: Nodes;
  readonly #holdings: Holdings;
  readonly #crossing: Crossing;
  readonly #reach = new Reach();
  readonly #report: Report;
  readonly #membership: Membership;

  private constructor(settings: ClusterSettings, redis: Redis, parts: ClusterParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#redis = redis;
    this.attempts = new NodesAttempts(redis);
    const { node, lease, secret, fan_out: fanOut } = settings;
    const boot = randomUUID();
    this.#self = { node, boot, version };
    this.#leases = new Leases({ redis, node, boot, time: lease });
    this.#nodes = new Nodes({ redis, lease, describe: () => this.#describe() });
    const company = new Company(node, (change) => this.onNodes(change));
    this.#nodes.onLook = (known) => company.look(known);
    const { zones, pipes, fingerprints, connections, log } = parts;
    this.#membership = new Membership({
      ...{ nodes: this.#nodes, leases: this.#leases, lease, fingerprints, connections, log },
    });
    this.peers = new Peers({ self: this.#self, nodes: this.#nodes, secret, lease, log });
    const owners = new Owners({
      leases: this.#leases,
      peers: this.peers,
      patience: lease / 3,
      isOut: () => redis.trouble !== undefined,
    });
    const relays = new Relays(this.peers, this.#reach, (owner) => this.#crossing.hasFrom(owner));
    this.#crossing = new Crossing({
      ...{ zones, pipes, log, owners, fanOut },
      ...{ leases: this.#leases, self: this.#self, reach: this.#reach },
      // What is left of a node that is gone is nobody's for longer than a lease and 5 s.
      patience: Math.min(lease, 4000),
      drains: (run) => this.#drains(run),
      open: (to, request) => this.peers.open(to, 'pipe', request),
      whoReaches: (owner) => relays.to(owner),
    });
    this.#holdings = new Holdings({
      leases: this.#leases,
      lease,
      isHeard: () => this.#nodes.isHeard,
      askToYield: (owner, about) => this.peers.ask(owner, 'yield', about),
      onTaken: (zone) => this.#crossing.taken(zone),
    });
    this.ownership = this.#holdings;
    this.activity = new ActivityOfNodes(this.peers, () => this.sessions.activity);
    this.zoneNews = new ZoneNews({ zones, leases: this.#leases, peers: this.peers, log });
    const leases = this.#leases;
    const handingOver = new HandingOver({ zones, leases, holdings: this.#holdings, log });
    leases.onLost = (zone, to) => {
      handingOver.lost(zone, to);
      this.#crossing.sendAway(zone);
    };
    this.#report = new Report({
      ...{ self: node, nodes: this.#nodes, leases, peers: this.peers, crossing: this.#crossing },
      unreachable: () => this.#unreachable,
    });
    this.peers.answer('leaves', async (about) => {
      company.leaves(parse(Leaves, about, 'leaves').boot);
      return {};
    });
    this.peers.answer('yield', (about) => handingOver.yield(about));
    this.peers.accept('pipe', (about, from, channel) => this.#crossing.carry(about, from, channel));
  }

  /** @throws StartupError that tells what is wrong with the cluster or these settings */
  static async join(settings: ClusterSettings, parts: ClusterParts): Promise<Cluster> {
    const redis = await Redis.connect(settings, parts.log);
    const cluster = new Cluster(settings, redis, parts);
    try {
      await cluster.#begin();
      return cluster;
    } catch (error) {
      await cluster.leave();
      if (error instanceof RefusedError) throw new StartupError(error.message);
      throw error;
    }
  }

  /** All nodes that live, who has which zone, and where they cross. @throws RefusedError `unavailable` */
  describe(): Promise<ClusterReport> {
    return this.#report.make();
  }

  /** The node that whoever cannot be taken here is to go to; undefined where there is none. */
  elsewhere(): NodeId | undefined {
    return this.#nodes.elsewhere(this.#self.node);
  }

  /** A node that takes new work of this rank; undefined where none does. */
  roomFor(rank: Rank): NodeId | undefined {
    return this.#nodes.roomFor(this.#self.node, rank);
  }

  get figures(): ClusterFigures {
    const { pipes } = this.#crossing;
    const [nodes, zones] = [this.#nodes.known.size, this.#leases.size];
    const { notUnderstood } = this.peers;
    return {
      nodes,
      zones,
      pipes,
      unreachable: this.#unreachable.filter(({ oneWay }) => !oneWay).length,
      notUnderstood,
    };
  }

  get trouble(): Trouble | undefined {
    const { namesake } = this.#membership;
    if (namesake) {
      const { host, port } = namesake.address;
      const reason = `Another node, at ${host}:${port}, is called ${this.#self.node} too.`;
      return { reason, stopsJoins: true };
    }
    if (this.#redis.trouble !== undefined) {
      const reason = 'The directory of zones (Redis) cannot be asked: cameras cannot begin.';
      return { reason, stopsJoins: false, stops: ['camera'] };
    }
    const reason = inWords(this.#unreachable);
    return reason === undefined ? undefined : { reason, stopsJoins: false };
  }

  /** Gives all zones back and goes. Its cameras and viewers have gone before. */
  async leave(): Promise<void> {
    const { boot } = this.#self;
    await this.peers.askAll('leaves', { boot }, z.unknown(), farewell);
    this.#membership.close();
    this.#crossing.close();
    this.zoneNews.close();
    this.peers.close();
    await this.#holdings.close();
    await this.#membership.leave();
    this.#redis.close();
  }

  async #begin(): Promise<void> {
    await this.#membership.enter();
    await this.peers.listen((this.#settings.address as HostAndPort).port);
    await this.#membership.begin();
    this.#redis.onReady = () => this.#membership.hurry();
    this.zoneNews.begin();
  }

  #drains({ node, boot }: NodeRun): boolean {
    if (boot === this.#self.boot) return this.sessions.draining;
    return this.#nodes.known.get(node)?.draining ?? false;
  }

  get #unreachable(): Unreachable[] {
    return this.#reach.list(new Set([...this.#nodes.known.values()].map(({ boot }) => boot)));
  }

  #describe(): NodeRecord {
    const { node, boot } = this.#self;
    const address = this.#settings.address as HostAndPort;
    // Of the last minute.
    const load = Math.min(1, (loadavg()[0] ?? 0) / availableParallelism());
    const { size, draining } = this.sessions;
    const counts = { zones: this.#leases.size, sessions: size };
    const room = this.room && { pressure: this.room.pressure, welcomes: this.room.welcomes };
    const { fingerprints } = this.#parts;
    const measured = { load, ...counts, draining, ...room };
    return { name: node, boot, address, version, fingerprints, ...measured };
  }
}
