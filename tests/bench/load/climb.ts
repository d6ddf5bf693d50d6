/** Adds viewers step by step, and measures at each step, until something is full. */
import { syntheticClip } from '../../support/peers/clip.ts';
import { startServer, type RunningServer } from '../../support/server.ts';
import { cpuTime, keptOn, pause, pin, receiveBufferDrops, schedule } from '../measure/cpu.ts';
import { median, quantile } from '../measure/quantiles.ts';
import { Crowd } from './crowd.ts';
import { FullZones } from './full-zones.ts';
import { Receivers } from './receivers.ts';
import { oneAddress } from './one-address.ts';

const tile = { width: 1920, height: 1080, visible: true, focused: false };
/** The last step that the server carries well is below these. */
export const knee = { loss: 0.001, worker: 0.9, delay: 300 /* ms */ };
const fullGenerator = 0.95;
/** So many watchers decrypt what comes; those beyond them count it encrypted, which costs less. */
export const mostDecrypting = 200;

export interface Step {
  readonly watchers: number;
  /** µs of worker CPU per packet sent */
  readonly perPacket: number;
  /** Share of a core, 0 … 1 */
  readonly worker: number;
  /** Share of the time in which it had work and others had its core. */
  readonly waiting: number;
  readonly generator: number;
  /** Share of the packets sent */
  readonly loss: number;
  /** Share of the packets sent that came, and that a watcher's socket had no room for. */
  readonly overflow: number;
  /** From sending to counting, the 99th percentile, ms; it grows when the worker falls behind. */
  readonly delay: number;
  /** packets/s */
  readonly rate: number;
}

export interface Climb {
  /** bit/s */
  readonly bitrate: number;
  /** Rising; it ends early when something is full. */
  readonly counts: Iterable<number>;
  /** of each measurement */
  readonly seconds: number;
  readonly cores: { readonly server: number; readonly generator: number };
  readonly onStep: (watchers: number) => void;
}

export interface Climbed {
  /** At least one, but for a machine that cannot carry the first. */
  readonly steps: Step[];
  /** Why it went no further. */
  readonly end: string;
}

export async function climb({ bitrate, counts, seconds, cores, onStep }: Climb): Promise<Climbed> {
  const server = await startServer({
    TLS_ENABLED: 'false',
    MEDIA_WORKERS: '1',
    MEDIA_CONSUMERS_PER_WORKER: '100000',
    ...oneAddress,
  });
  const clip = syntheticClip([{ width: 640, height: 360, bitrate }]);
  const delays: number[] = [];
  const zones = new FullZones(server.url, clip);
  const crowd = new Crowd(server.url);
  let receivers: Receivers | undefined;
  const growTo = async (count: number): Promise<void> => {
    const decrypting = Math.min(count, mostDecrypting) - crowd.count;
    for await (const { zone, viewers } of zones.next(decrypting)) {
      // One in ten tells its delays: enough for a p99, at little cost to the generator.
      await crowd.add(viewers, zone, (index) =>
        index % 10 === 0 ? { onDelay: (delay) => delays.push(delay) } : {},
      );
    }
    const counting = count - crowd.count - (receivers?.count ?? 0);
    for await (const { zone, viewers } of zones.next(counting)) {
      receivers ??= await Receivers.start(server.url);
      await receivers.add(viewers, { zone, ...tile });
    }
  };
  const steps: Step[] = [];
  const climbOn = async (): Promise<string> => {
    for (const pid of server.pids()) pin(pid, [cores.server]);
    for (const count of counts) {
      onStep(count);
      try {
        await growTo(count);
      } catch (error) {
        if (steps.length === 0) throw error;
        return `viewers up to ${count} could not join: ${(error as Error).message}`;
      }
      await pause(1000);
      delays.length = 0;
      const step = await measure(server, { crowd, receivers }, delays, seconds);
      steps.push(step);
      const full = whatIsFull(step);
      if (full) return `${full} at ${count}: ${describe(step)}`;
    }
    return 'the last step that was asked for';
  };
  try {
    return { end: await keptOn(cores.generator, Object.values(cores), climbOn), steps };
  } finally {
    receivers?.close();
    crowd.close();
    zones.close();
    await server.stop();
  }
}

/** What a step has shown to be full, if anything. */
function whatIsFull(step: Step): string | undefined {
  const { loss, overflow, worker, generator } = step;
  if (worker >= knee.worker || loss - overflow >= knee.loss) return 'the server was full';
  if (generator >= fullGenerator || loss >= knee.loss) {
    return 'the load generator was full, not the server';
  }
  return isCarried(step) ? undefined : 'the server fell behind';
}

/** Whether the server carried a step well. */
export function isCarried({ loss, worker, delay }: Step): boolean {
  return loss < knee.loss && worker < knee.worker && delay < knee.delay;
}

export function describe({ worker, waiting, generator, loss, delay }: Step): string {
  const share = (part: number, digits: number): string => `${(part * 100).toFixed(digits)} %`;
  return (
    `worker ${share(worker, 0)} and ${share(waiting, 0)} waiting for its core, ` +
    `generator ${share(generator, 0)}, loss ${share(loss, 2)}, delay ${delay.toFixed(0)} ms`
  );
}

interface Load {
  readonly crowd: Crowd;
  readonly receivers: Receivers | undefined;
}

async function totals(worker: number, { crowd, receivers }: Load) {
  const own = process.cpuUsage(); // µs
  const [decrypted, counted] = [
    crowd.received(),
    (await receivers?.received()) ?? { packets: 0, lost: 0 },
  ];
  const lost = decrypted.lost + counted.lost;
  return {
    at: performance.now(),
    worker: schedule(worker),
    generator: (own.user + own.system) / 1000 + (receivers ? cpuTime(receivers.pid) : 0),
    sent: decrypted.packets + counted.packets + lost,
    lost,
    overflow: receiveBufferDrops(),
  };
}

async function measure(
  server: RunningServer,
  load: Load,
  delays: number[],
  seconds: number,
): Promise<Step> {
  const [worker = 0] = server.workerPids();
  const before = await totals(worker, load);
  const perPacket: number[] = [];
  let begin = before;
  let after = before;
  // One window a second: their median is not moved by what else the machine does for a moment.
  for (let second = 0; second < seconds; second += 1) {
    await pause(1000);
    after = await totals(worker, load);
    perPacket.push(
      ((after.worker.running - begin.worker.running) * 1000) / (after.sent - begin.sent),
    );
    begin = after;
  }
  const time = after.at - before.at;
  const sent = after.sent - before.sent;
  return {
    watchers: load.crowd.count + (load.receivers?.count ?? 0),
    perPacket: median(perPacket),
    worker: (after.worker.running - before.worker.running) / time,
    waiting: (after.worker.waiting - before.worker.waiting) / time,
    generator: (after.generator - before.generator) / time,
    loss: (after.lost - before.lost) / sent,
    overflow: (after.overflow - before.overflow) / sent,
    delay: quantile(delays, 0.99),
    rate: (sent * 1000) / time,
  };
}
