/**
 * What Prometheus is told. Labels are closed lists (roles, states, codes, worker numbers), never zone,
 * session or client names, so the number of series does not grow with use.
 */
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type CounterConfiguration,
} from 'prom-client';
import { errorCodes, type ErrorCode } from './contract/errors.ts';
import type { HealthReport } from './contract/health.ts';
import type { Measures } from './capacity/node-capacity.ts';
import { ranks } from './contract/rank.ts';
import { limits, type Limit } from './limits/excess.ts';
import type { SteeringFigures } from './steering/own-steering.ts';
import { workerKinds, workerParts, type WorkerReport } from './media/worker-report.ts';
import type { ResourceKind } from './contract/whip.ts';
import { cameraStates, type ZoneSummary } from './contract/zone.ts';

const prefix = 'surveillance_';
export const icePaths = ['none', 'udp', 'tcp'] as const;
export type IcePath = (typeof icePaths)[number];

/** What is looked up at each scrape. */
export interface MetricSources {
  readonly zones: () => ZoneSummary[];
  readonly resources: () => Readonly<Record<ResourceKind | 'unwatched', number>>;
  readonly draining: () => boolean;
  /** Brings the counters of media up to date. */
  readonly media: () => Promise<void>;
  readonly certificateExpiry: () => Date | undefined;
  readonly health: () => HealthReport;
  readonly recordsWaiting: () => number;
  /** How near it is to full, by measure; undefined where that is not measured. */
  readonly pressure: () => Measures | undefined;
  readonly loweredTiles: () => number;
  /** Undefined for a node that is alone. */
  readonly cluster: () =>
    | {
        nodes: number;
        zones: number;
        pipes: { in: number; out: number };
        unreachable: number;
        notUnderstood: number;
      }
    | undefined;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #registers = [this.#registry];

  readonly joins = this.#counter({
    name: 'joins_total',
    help: 'Media connections that came up (connected) or closed before they did (failed)',
    labelNames: ['role', 'outcome'],
  });
  readonly joinDuration = new Histogram({
    name: `${prefix}join_duration_seconds`,
    help: "From a connection's first track to its DTLS being up",
    labelNames: ['role'] as const,
    buckets: [0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10],
    registers: this.#registers,
  });
  readonly latency = new Histogram({
    name: `${prefix}picture_latency_seconds`,
    help: 'Age of pictures when they are seen, put together from what cameras, server and viewers measure',
    buckets: [0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5],
    registers: this.#registers,
  });
  readonly bytes = this.#counter({
    name: 'media_bytes_total',
    help: 'Bytes that clients sent (in) and were sent (out), as of the last scrape before they left',
    labelNames: ['direction'],
  });
  readonly packets = this.#counter({
    name: 'rtp_packets_total',
    help: 'RTP packets that clients sent (in) and were sent (out)',
    labelNames: ['direction'],
  });
  readonly packetsLost = this.#counter({
    name: 'rtp_packets_lost_total',
    help: 'RTP packets lost on the way from clients (in) and to them (out)',
    labelNames: ['direction'],
  });
  readonly layerChanges = this.#counter({
    name: 'layer_changes_total',
    help: 'Changes of the spatial layer that a viewer is sent; to is the new one, or none',
    labelNames: ['to'],
  });
  readonly #moves = this.#counter({
    name: 'steering_moves_total',
    help: 'Moves that were asked of cameras',
    labelNames: ['kind'],
  });
  readonly #hands = this.#counter({
    name: 'steering_hands_total',
    help: 'Hands of cameras that have ended, by why they did',
    labelNames: ['ending'],
  });
  readonly #moveDuration = new Histogram({
    name: `${prefix}steering_answer_seconds`,
    help: 'From the server to the answer of the camera, for each move',
    buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: this.#registers,
  });
  readonly steering: SteeringFigures = {
    moved: (kind) => this.#moves.inc({ kind }),
    answered: (time) => this.#moveDuration.observe(time / 1000),
    handEnded: (ending) => this.#hands.inc({ ending }),
  };
  readonly workerRestarts = this.#counter({
    name: 'worker_restarts_total',
    help: 'Media workers that died and were replaced',
    labelNames: [],
  });
  readonly workerHangs = this.#counter({
    name: 'worker_hangs_total',
    help: 'Media workers that did not answer any more and were killed',
    labelNames: [],
  });
  readonly packetsDropped = this.#counter({
    name: 'packets_dropped_total',
    help: 'Packets that a media worker could not handle, and dropped; the log says whose',
    labelNames: [],
  });
  readonly workerDeathsByPacket = this.#counter({
    name: 'worker_deaths_by_packet_total',
    help: 'Media workers that ended with a packet in hand; the log says whose',
    labelNames: [],
  });
  readonly shutOut = this.#counter({
    name: 'cameras_shut_out_total',
    help: 'Cameras that were shut out since they ended media workers',
    labelNames: [],
  });
  readonly workerUp = this.#gauge('worker_up', '1 while a media worker runs and answers', [
    'worker',
  ]);
  readonly workerCpu = this.#counter({
    name: 'worker_cpu_seconds_total',
    help: 'Processor time of a media worker, user and system',
    labelNames: ['worker'],
  });
  readonly workerMemory = this.#gauge(
    'worker_resident_memory_bytes',
    'Resident memory of a media worker',
    ['worker'],
  );
  readonly workerKept = this.#gauge(
    'worker_kept_bytes',
    'What a media worker keeps of cameras that make no key frames when asked, for newcomers',
    ['worker'],
  );
  readonly replays = this.#counter({
    name: 'replays_total',
    help: 'Viewers and pipes that were sent what had come since the last key frame',
    labelNames: ['worker'],
  });
  readonly #workerProgram = this.#gauge(
    'worker_program',
    '1 for the kind of program that the media workers are (media.worker)',
    ['kind'],
  );
  readonly #workerParts = this.#gauge(
    'worker_part_active',
    '1 while a part of this project is in the media workers and active',
    ['part'],
  );
  readonly transports = this.#gauge(
    'transports',
    'Media connections by the ICE path they use; none while there is no path yet',
    ['ice_path'],
  );
  readonly storeFailures = this.#counter({
    name: 'store_failures_total',
    help: 'Times that the database could not be used; the log says why of the first',
    labelNames: [],
  });
  readonly recordsLost = this.#counter({
    name: 'audit_records_lost_total',
    help: 'Ends of watching and filming that could not be written to the audit',
    labelNames: [],
  });
  readonly eventsLost = this.#counter({
    name: 'zone_events_lost_total',
    help: 'Events that cameras told and that could not be kept',
    labelNames: [],
  });
  readonly #recordsWaiting = this.#gauge(
    'audit_records_waiting',
    'Records that wait to be written to the audit',
    [],
  );
  readonly #denied = this.#counter({
    name: 'denied_requests_total',
    help: 'Requests that were refused, by error code',
    labelNames: ['code'],
  });
  readonly #limited = this.#counter({
    name: 'limited_total',
    help: 'What clients were refused, or closed for, since they exceeded a limit',
    labelNames: ['limit'],
  });
  readonly #zones = this.#gauge('zones', 'Zones by the state of their camera', ['state']);
  readonly #watchers = this.#gauge('watchers', 'Viewers of all zones', []);
  readonly #resources = this.#gauge('resources', 'Sessions of WHIP and WHEP at this node', [
    'kind',
  ]);
  readonly #unwatched = this.#gauge(
    'encoders_unwatched',
    'Encoders that send by WHIP although nobody watches',
    [],
  );
  readonly #nodes = this.#gauge('cluster_nodes', 'Nodes that live; 0 for one that is alone', []);
  readonly #unreachable = this.#gauge(
    'cluster_unreachable_nodes',
    'Nodes that live, and of which nothing comes to this one',
    [],
  );
  readonly #notUnderstood = this.#counter({
    name: 'cluster_not_understood_total',
    help: 'What other nodes said and this one did not understand, as of another version',
  });
  readonly #leases = this.#gauge('cluster_leases', 'Zones whose camera is at this node', []);
  readonly #pipes = this.#gauge('cluster_pipes', 'Pipes from other nodes (in) and to them (out)', [
    'direction',
  ]);
  readonly refusedJoins = this.#counter({
    name: 'refused_joins_total',
    help: 'Joins that were refused since the node was full, by rank',
    labelNames: ['rank'],
  });
  readonly #workerPressure = this.#gauge(
    'worker_pressure',
    'How near a media worker is to full by its processor time; 1 is full, none where it is not measured',
    ['worker'],
  );
  readonly #pressure = this.#gauge(
    'pressure',
    'How near the node is to full by what it sends (line), its consumers and its own process; 1 is full',
    ['measure'],
  );
  readonly #loweredTiles = this.#gauge(
    'lowered_tiles',
    'Tiles that get a smaller picture than they could show, since the node is nearly full',
    [],
  );
  readonly #draining = this.#gauge('draining', '1 while no new session is taken', []);
  readonly #ready = this.#gauge('ready', '1 while joins would succeed, as /readyz says', []);
  readonly #parts = this.#gauge(
    'part_up',
    '1 while nothing is wrong with a part of the server; /readyz says what is',
    ['part'],
  );
  readonly #expiry = this.#gauge(
    'certificate_expiry_timestamp_seconds',
    'When the TLS certificate in use expires, Unix time; 0 without TLS',
    [],
  );

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    for (const code of errorCodes) this.#denied.inc({ code }, 0);
    for (const rank of ranks) this.refusedJoins.inc({ rank }, 0);
    for (const limit of limits) this.#limited.inc({ limit }, 0);
    this.workerRestarts.inc(0);
    for (const counter of [this.packetsDropped, this.workerDeathsByPacket, this.shutOut]) {
      counter.inc(0);
    }
    this.storeFailures.inc(0);
    this.recordsLost.inc(0);
    this.workerHangs.inc(0);
    for (const direction of ['in', 'out']) {
      for (const counter of [this.bytes, this.packets, this.packetsLost]) {
        counter.inc({ direction }, 0);
      }
    }
    for (const role of ['camera', 'operator']) {
      for (const outcome of ['connected', 'failed']) this.joins.inc({ role, outcome }, 0);
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  denied(code: ErrorCode): void {
    this.#denied.inc({ code });
  }

  limited(limit: Limit): void {
    this.#limited.inc({ limit });
  }

  /** Told at the start which program the media workers are. */
  runs({ kind, parts }: WorkerReport): void {
    for (const each of workerKinds) this.#workerProgram.set({ kind: each }, each === kind ? 1 : 0);
    for (const part of workerParts) {
      this.#workerParts.set({ part }, parts.includes(part) ? 1 : 0);
    }
  }

  /** The text that a scrape gets. */
  async render(sources: MetricSources): Promise<string> {
    const zones = sources.zones();
    for (const state of cameraStates) {
      this.#zones.set({ state }, zones.filter(({ camera }) => camera === state).length);
    }
    this.#watchers.set(zones.reduce((sum, { viewers }) => sum + viewers, 0));
    const { unwatched, ...resources } = sources.resources();
    for (const [kind, count] of Object.entries(resources)) this.#resources.set({ kind }, count);
    this.#unwatched.set(unwatched);
    this.#draining.set(sources.draining() ? 1 : 0);
    this.#recordsWaiting.set(sources.recordsWaiting());
    const { ready, parts } = sources.health();
    this.#ready.set(ready ? 1 : 0);
    for (const [part, state] of Object.entries(parts)) {
      this.#parts.set({ part }, state === 'ok' ? 1 : 0);
    }
    this.#showPressure(sources.pressure());
    this.#loweredTiles.set(sources.loweredTiles());
    const cluster = sources.cluster();
    const { nodes = 0, zones: leases = 0, pipes, unreachable = 0 } = cluster ?? {};
    this.#notUnderstood.reset();
    this.#notUnderstood.inc(cluster?.notUnderstood ?? 0);
    for (const direction of ['in', 'out'] as const) {
      this.#pipes.set({ direction }, pipes?.[direction] ?? 0);
    }
    this.#nodes.set(nodes);
    this.#unreachable.set(unreachable);
    this.#leases.set(leases);
    const expiry = sources.certificateExpiry();
    if (expiry) this.#expiry.set(expiry.getTime() / 1000);
    await sources.media();
    return this.#registry.metrics();
  }

  #showPressure(pressure: ReturnType<MetricSources['pressure']>): void {
    if (!pressure) return;
    this.#workerPressure.reset();
    for (const [worker, value] of Object.entries(pressure.workers)) {
      this.#workerPressure.set({ worker }, value);
    }
    for (const measure of ['line', 'consumers', 'process'] as const) {
      this.#pressure.set({ measure }, pressure[measure]);
    }
  }

  #counter(configuration: CounterConfiguration<string>): Counter {
    const name = `${prefix}${configuration.name}`;
    return new Counter({ ...configuration, name, registers: this.#registers });
  }

  #gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name: `${prefix}${name}`, help, labelNames, registers: this.#registers });
  }
}
