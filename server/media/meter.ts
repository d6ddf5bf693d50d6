/** Reads the workers' own counters into the metrics, through mediasoup's observers. */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { types } from 'mediasoup';
import { icePaths, type IcePath, type Metrics } from '../metrics.ts';
import { answerOf } from './answer.ts';
import type { Dropped, Kept } from './plane.ts';
import type { MediaWorker } from './worker-pool.ts';

interface Sample {
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
}
type Direction = 'in' | 'out';
/** Something whose counters only grow, until it is closed. */
interface Source {
  readonly worker: MediaWorker;
  read(): Promise<Partial<Record<Direction, Partial<Sample>>>>;
}

/** A scrape waits no longer than this for the workers; what they did not say by then comes with the next. */
const longestReading = 1000; // ms
const pageSize = 4096; // bytes, of /proc/PID/statm on every platform that mediasoup runs on

export class MediaMeter {
  readonly #metrics: Metrics;
  readonly #workers = new Map<number, { worker: MediaWorker; cpu: number }>();
  readonly #transports = new Set<types.WebRtcTransport>();
  readonly #sources = new Map<Source, Record<Direction, Sample>>();
  /** Those that are being read. */
  readonly #asked = new Set<Source>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** Called once for each worker that starts; one that takes the number of another replaces it. */
  started(worker: MediaWorker): void {
    if (this.#workers.has(worker.index)) this.#metrics.workerRestarts.inc();
    this.#workers.set(worker.index, { worker, cpu: 0 });
    this.kept(worker.index, { bytes: 0, replays: 0 });
    worker.router.observer.on('newtransport', (transport) => {
      if (transport.type === 'webrtc') {
        this.#transport(worker, transport as types.WebRtcTransport);
      }
    });
  }

  /** Call for each worker that hung. */
  hung(): void {
    this.#metrics.workerHangs.inc();
  }

  dropped({ packets }: Dropped): void {
    this.#metrics.packetsDropped.inc(packets);
  }

  kept(worker: number, { bytes, replays }: Kept): void {
    this.#metrics.workerKept.set({ worker }, bytes);
    this.#metrics.replays.inc({ worker }, replays);
  }

  ended(): void {
    this.#metrics.workerDeathsByPacket.inc();
  }

  /** Brings all metrics up to date; what closes meanwhile, or does not answer, keeps its last reading. */
  async update(): Promise<void> {
    const count = new Map<IcePath, number>(icePaths.map((path) => [path, 0]));
    for (const { iceSelectedTuple } of this.#transports) {
      const path = iceSelectedTuple?.protocol ?? 'none';
      count.set(path, (count.get(path) ?? 0) + 1);
    }
    for (const [path, transports] of count)
      this.#metrics.transports.set({ ice_path: path }, transports);
    const readings = Promise.allSettled([
      ...[...this.#sources.keys()].map((source) => this.#read(source)),
      ...[...this.#workers.values()].map((entry) => this.#readWorker(entry)),
    ]);
    await Promise.race([readings, pause(longestReading, undefined, { ref: false })]);
  }

  #transport(worker: MediaWorker, transport: types.WebRtcTransport): void {
    let join: { role: 'camera' | 'operator'; begun: number } | undefined;
    let up = false;
    const begin = (role: 'camera' | 'operator'): void => {
      join ??= { role, begun: performance.now() };
    };
    this.#transports.add(transport);
    const { observer } = transport;
    observer.on('newproducer', (producer) => {
      begin('camera');
      this.#follow(producer.observer, {
        worker,
        read: async () => ({ in: total(await producer.getStats()) }),
      });
    });
    observer.on('newconsumer', (consumer) => {
      begin('operator');
      this.#follow(consumer.observer, {
        worker,
        read: async () => ({
          out: total((await consumer.getStats()).filter(({ type }) => type === 'outbound-rtp')),
        }),
      });
      consumer.observer.on('layerschange', (layers) =>
        this.#metrics.layerChanges.inc({ to: layers ? `${layers.spatialLayer}` : 'none' }),
      );
    });
    observer.on('dtlsstatechange', (state) => {
      if (state !== 'connected' || !join || up) return;
      up = true;
      const { role, begun } = join;
      this.#metrics.joins.inc({ role, outcome: 'connected' });
      this.#metrics.joinDuration.observe({ role }, (performance.now() - begun) / 1000);
    });
    this.#follow(observer, {
      worker,
      read: async () => {
        const stats = await transport.getStats();
        const sum = (of: (stat: (typeof stats)[number]) => number): number =>
          stats.reduce((before, stat) => before + of(stat), 0);
        return {
          in: { bytes: sum(({ bytesReceived }) => bytesReceived) },
          out: { bytes: sum(({ bytesSent }) => bytesSent) },
        };
      },
    });
    observer.once('close', () => {
      this.#transports.delete(transport);
      if (join && !up) this.#metrics.joins.inc({ role: join.role, outcome: 'failed' });
    });
  }

  #follow(observer: { once(event: 'close', listener: () => void): unknown }, source: Source): void {
    const nothing = { bytes: 0, packets: 0, lost: 0 };
    this.#sources.set(source, { in: nothing, out: nothing });
    observer.once('close', () => this.#sources.delete(source));
  }

  async #read(source: Source): Promise<void> {
    if (this.#asked.has(source)) return;
    this.#asked.add(source);
    const now = await answerOf(source.worker, () => source.read()).finally(() =>
      this.#asked.delete(source),
    );
    const before = this.#sources.get(source);
    if (!before) return;
    for (const direction of ['in', 'out'] as const) {
      const { bytes, packets, packetsLost } = this.#metrics;
      const reading = { ...before[direction], ...now[direction] };
      // A receiver may take back a loss when the packet comes late; a counter cannot.
      const grown = (field: keyof Sample): number =>
        Math.max(0, reading[field] - before[direction][field]);
      bytes.inc({ direction }, grown('bytes'));
      packets.inc({ direction }, grown('packets'));
      packetsLost.inc({ direction }, grown('lost'));
      const lost = Math.max(reading.lost, before[direction].lost);
      before[direction] = { ...reading, lost };
    }
  }

  async #readWorker(entry: { worker: MediaWorker; cpu: number }): Promise<void> {
    const { index, pid, worker, answers, usage } = entry.worker;
    const label = { worker: `${index}` };
    const gone = worker.closed || worker.died;
    this.#metrics.workerUp.set(label, !gone && answers ? 1 : 0);
    if (gone) return;
    const { ru_utime, ru_stime } = usage; // ms
    const cpu = (ru_utime + ru_stime) / 1000;
    this.#metrics.workerCpu.inc(label, Math.max(0, cpu - entry.cpu));
    entry.cpu = cpu;
    const [, residentPages = 0] = (await readFile(`/proc/${pid}/statm`, 'utf8'))
      .split(' ')
      .map(Number);
    this.#metrics.workerMemory.set(label, residentPages * pageSize);
  }
}

function total(streams: { packetCount: number; packetsLost: number }[]): Partial<Sample> {
  return {
    packets: streams.reduce((sum, { packetCount }) => sum + packetCount, 0),
    lost: streams.reduce((sum, { packetsLost }) => sum + packetsLost, 0),
  };
}
