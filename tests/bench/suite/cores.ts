/** Benchmark `cores`: whether a zone may be spread over workers without a price. */
import { syntheticClip } from '../../support/peers/clip.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { startServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { Receivers } from '../load/receivers.ts';
import { cpuTime, pause } from '../measure/cpu.ts';
import { median } from '../measure/quantiles.ts';
import { oneAddress } from '../load/one-address.ts';

const zone = 'CORES-01';
const bitrate = 600_000; // bit/s
const tile = { zone, width: 640, height: 360, visible: true, focused: true };

interface Load {
  /** % of a core, of each worker, the busiest first */
  readonly workers: number[];
  /** packets/s forwarded to viewers */
  readonly rate: number;
  readonly loss: number;
}

async function run(bench: Bench): Promise<void> {
  const viewers = bench.full ? 200 : 100;
  const runs = bench.full ? 3 : 1;
  const seconds = bench.full ? 6 : 2;
  const alone: Load[] = [];
  const piped: Load[] = [];
  for (let run = 0; run < runs; run += 1) {
    bench.progress(`${viewers} viewers on one worker, ${run + 1} of ${runs}`);
    alone.push(await measure(viewers, viewers, seconds));
    bench.progress(`${viewers} viewers on two workers, ${run + 1} of ${runs}`);
    piped.push(await measure(viewers, viewers / 2, seconds));
  }
  report(bench, viewers, alone, piped);
}

/** @param perWorker viewers from which on the next ones go to another worker */
async function measure(viewers: number, perWorker: number, seconds: number): Promise<Load> {
  const server = await startServer({
    ...oneAddress,
    TLS_ENABLED: 'false',
    MEDIA_WORKERS: '2',
    MEDIA_CONSUMERS_PER_WORKER: `${perWorker}`,
  });
  let publisher: LightPublisher | undefined;
  let receivers: Receivers | undefined;
  try {
    const clip = syntheticClip([{ width: 640, height: 360, bitrate }]);
    publisher = await LightPublisher.start(server.url, zone, clip);
    receivers = await Receivers.start(server.url);
    await receivers.add(viewers, tile);
    await pause(1000);
    const totals = async (crowd: Receivers) => ({
      at: performance.now(),
      cpu: server.workerPids().map((pid) => cpuTime(pid)),
      ...(await crowd.received()),
    });
    const before = await totals(receivers);
    await pause(seconds * 1000);
    const after = await totals(receivers);
    const time = after.at - before.at;
    const lost = after.lost - before.lost;
    const sent = after.packets - before.packets + lost;
    return {
      workers: after.cpu
        .map((cpu, index) => ((cpu - (before.cpu[index] ?? 0)) / time) * 100)
        .sort((a, b) => b - a),
      rate: (sent * 1000) / time,
      loss: lost / sent,
    };
  } finally {
    receivers?.close();
    publisher?.close();
    await server.stop();
  }
}

function report(bench: Bench, viewers: number, alone: Load[], piped: Load[]): void {
  const sum = ({ workers }: Load): number => workers.reduce((total, share) => total + share, 0);
  const busiest = (loads: Load[]): number => median(loads.map(({ workers }) => workers[0] ?? NaN));
  const how = `median of ${alone.length} runs, ${viewers} viewers`;
  bench.condition('codec', `VP8 form, one layer of ${bitrate / 1000} kbit/s, 30 frames/s`);
  bench.condition('cores', 'both workers and the load generator share all');
  bench.figure({ what: 'one worker: its load', value: busiest(alone), unit: '% of a core', how });
  bench.figure({
    what: 'two workers: the busier one',
    value: busiest(piped),
    unit: '% of a core',
    how,
  });
  bench.figure({
    what: 'two workers: both together',
    value: median(piped.map(sum)),
    unit: '% of a core',
    how,
  });
  bench.figure({
    what: 'the pipe costs',
    value: median(piped.map(sum)) - median(alone.map(sum)),
    unit: '% of a core',
    how: 'both workers together, less one worker with the same viewers',
  });
  bench.figure({
    what: 'the pipe gives: viewers per zone, times those of one core',
    value: busiest(alone) / busiest(piped),
    unit: '×',
    how: 'load of the one worker / of the busier of two',
  });
  bench.figure({
    what: 'lost over the pipe',
    value: median(piped.map(({ loss }) => loss)) * 100,
    unit: '%',
    how: 'gaps in sequence numbers, all viewers',
  });
}

const cores: Benchmark = {
  name: 'cores',
  question: 'What does a second core give a zone, and what does the pipe to it cost?',
  run,
};
export default cores;
