/**
 * What Prometheus is told of a gateway. Cameras are labels here, since a gateway has few and they are set by people;
 * zones, addresses and sessions are not.
 */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { cameraEventKinds } from '../server/contract/camera-event.ts';
import { siteCameraStates, troubles } from '../server/contract/gateway.ts';
import { keyOutcomes } from './camera/key-asking.ts';
import { streamNames } from './camera/layers.ts';
import type { CameraLife } from './camera/life.ts';

const prefix = 'surveillance_gateway_';

/** What is looked up at each scrape. */
export interface MetricSources {
  readonly lives: () => readonly CameraLife[];
  readonly connected: () => boolean;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #registers = [this.#registry];
  readonly #connected = this.#gauge('connected', '1 while the server can be spoken to', []);
  readonly #state = this.#gauge('camera_state', '1 for the state that a camera is in', [
    'camera',
    'state',
  ]);
  readonly #trouble = this.#gauge('camera_trouble', '1 for what keeps a camera from being shown', [
    'camera',
    'code',
  ]);
  readonly #narrow = this.#gauge(
    'camera_narrow',
    '1 while the uplink has no room for all layers of a camera',
    ['camera'],
  );
  readonly #pulled = this.#gauge('stream_pulled', '1 while a stream of a camera is pulled', [
    'camera',
    'stream',
  ]);
  readonly #bitRate = this.#gauge(
    'stream_bytes_per_second',
    'What comes of a stream, mean of 2 s',
    ['camera', 'stream'],
  );
  readonly #pictures = this.#counter('pictures_total', 'Whole pictures that have come', [
    'camera',
    'stream',
  ]);
  readonly #torn = this.#counter('pictures_torn_total', 'Pictures that loss has torn', [
    'camera',
    'stream',
  ]);
  readonly #bytes = this.#counter('picture_bytes_total', 'Bytes of whole pictures', [
    'camera',
    'stream',
  ]);
  readonly #sessions = this.#counter('sessions_total', 'Sessions with a camera that were begun', [
    'camera',
    'stream',
  ]);
  readonly #restarts = this.#counter(
    'transcoder_restarts_total',
    'How often the transcoder of a stream failed and was started again',
    ['camera', 'stream'],
  );
  readonly #keyRequests = this.#counter(
    'key_frame_requests_total',
    'Key frames that a camera was asked for beside its streams, by what came of it',
    ['camera', 'outcome'],
  );
  readonly #events = this.#counter(
    'camera_events_total',
    'How often a camera has noticed something, by kind',
    ['camera', 'kind'],
  );
  readonly #listens = this.#gauge(
    'camera_events_up',
    '1 while a camera tells what it notices; left out where it is not asked',
    ['camera'],
  );
  readonly #packets = this.#counter('upload_packets_total', 'RTP packets sent to the server', [
    'camera',
  ]);
  readonly #lost = this.#counter(
    'upload_packets_lost_total',
    'RTP packets that the server said had not come',
    ['camera'],
  );

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The text that a scrape gets. */
  async render(sources: MetricSources): Promise<string> {
    this.#connected.set(sources.connected() ? 1 : 0);
    // Anew each time, so that nothing is said of a camera that is no more.
    for (const each of [
      ...[this.#state, this.#trouble, this.#narrow, this.#pulled, this.#bitRate],
      this.#listens,
    ]) {
      each.reset();
    }
    const counters = [
      this.#pictures,
      this.#torn,
      this.#bytes,
      this.#sessions,
      this.#restarts,
      this.#keyRequests,
    ];
    for (const each of [...counters, this.#events, this.#packets, this.#lost]) each.reset();
    for (const life of sources.lives()) this.#show(life);
    return this.#registry.metrics();
  }

  #show(life: CameraLife): void {
    const { report, uploaded } = life;
    const camera = report.name;
    for (const state of siteCameraStates) {
      this.#state.set({ camera, state }, state === report.state ? 1 : 0);
    }
    for (const code of troubles) {
      this.#trouble.set({ camera, code }, code === report.trouble?.code ? 1 : 0);
    }
    this.#narrow.set({ camera }, report.narrow ? 1 : 0);
    const { keyAsking, noticed } = life;
    if (noticed) this.#listens.set({ camera }, noticed.isUp ? 1 : 0);
    for (const kind of noticed ? cameraEventKinds : []) {
      this.#events.inc({ camera, kind }, noticed?.counts[kind]);
    }
    for (const outcome of keyAsking ? keyOutcomes : []) {
      this.#keyRequests.inc({ camera, outcome }, keyAsking?.[outcome]);
    }
    this.#packets.inc({ camera }, uploaded?.packets ?? 0);
    this.#lost.inc({ camera }, uploaded?.lost ?? 0);
    for (const stream of streamNames) {
      const seen = life.streams.get(stream);
      if (!seen) continue;
      const labels = { camera, stream };
      const { pulled, bitRate, counts, torn } = seen;
      this.#pulled.set(labels, pulled ? 1 : 0);
      this.#bitRate.set(labels, (bitRate.value ?? 0) / 8);
      this.#pictures.inc(labels, counts.pictures);
      this.#torn.inc(labels, torn);
      this.#bytes.inc(labels, counts.bytes);
      this.#sessions.inc(labels, counts.sessions);
      this.#restarts.inc(labels, counts.restarts);
    }
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `${prefix}${name}`, help, labelNames, registers: this.#registers });
  }

  #gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name: `${prefix}${name}`, help, labelNames, registers: this.#registers });
  }
}
