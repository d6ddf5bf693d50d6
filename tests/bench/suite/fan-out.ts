import { startServer, type RunningServer } from '../../support/server.ts';
import { syntheticClip } from '../../support/peers/clip.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { cpuTime, pause, pin } from '../measure/cpu.ts';
import { Crowd } from '../measure/crowd.ts';
import { median, quantile } from '../measure/quantiles.ts';
import { listenForSrtpSuite, srtpSuite } from '../measure/srtp-suite.ts';
import { measureJanus } from '../rivals/janus-measured.ts';
import { measureSendmsg } from '../rivals/sendmsg.ts';

const zone = 'FAN-OUT-01';
const cores = { server: 0, generator: 1 };
const bitrates = [600_000, 1_400_000]; // bit/s
/** What SRTP with AES-GCM and UDP's payload add to the RTP payload: header, extension, tag; bytes. */
const overhead = 12 + 16 + 16;
const knee = { loss: 0.001, worker: 0.9 };

interface Point {
  readonly watchers: number;
  /** µs of worker CPU per packet sent */
  readonly perPacket: number;
  /** Share of a core, 0 … 1 */
  readonly worker: number;
  readonly generator: number;
  readonly loss: number;
  /** ms */
  readonly delay: number;
  /** packets/s */
  readonly rate: number;
}

async function run(bench: Bench): Promise<void> {
  listenForSrtpSuite();
  const counts = bench.full ? [10, 25, 50, 100, 200, 300, 400, 500, 600] : [50, 200];
  const seconds = bench.full ? 9 : 4;
  const perBitrate = new Map<number, Point[]>();
  for (const bitrate of bitrates) {
    perBitrate.set(bitrate, await climb(bench, bitrate, counts, seconds));
  }
  const common = counts.filter((count) => count <= 200);
  const rival = common.at(-1) ?? 0;
  bench.progress(`Janus, ${rival} watchers`);
  const janus = await measureJanus({
    watchers: bench.full ? common : [rival],
    bitrate: bitrates[0] ?? 0,
    seconds,
    serverCore: cores.server,
    generatorCore: cores.generator,
  });
  bench.progress('bare sendmsg');
  const { size } = packetShape(bitrates[0] ?? 0);
  const floor = median(measureSendmsg(rival, size, bench.full ? 5 : 3));
  report(bench, perBitrate, janus, rival, floor);
}

/** Adds watchers step by step, until the worker or the generator is full. */
async function climb(
  bench: Bench,
  bitrate: number,
  counts: number[],
  seconds: number,
): Promise<Point[]> {
  const server = await startServer({
    TLS_ENABLED: 'false',
    MEDIA_WORKERS: '1',
    MEDIA_CONSUMERS_PER_WORKER: '100000',
  });
  const clip = syntheticClip([{ width: 640, height: 360, bitrate }]);
  const delays: number[] = [];
  const crowd = new Crowd(server.url, zone);
  let publisher: LightPublisher | undefined;
  try {
    pin(process.pid, [cores.generator]);
    for (const pid of [server.process.pid ?? 0, ...server.workerPids()]) pin(pid, [cores.server]);
    publisher = await LightPublisher.start(server.url, zone, clip);
    const points: Point[] = [];
    for (const count of counts) {
      bench.progress(`${count} watchers, ${bitrate / 1000} kbit/s`);
      // One in ten tells its delays: enough for a p99, at little cost to the generator.
      await crowd.growTo(count, (index) =>
        index % 10 === 0 ? { onDelay: (delay) => delays.push(delay) } : {},
      );
      await pause(1000);
      delays.length = 0;
      const point = await measure(server, crowd, delays, seconds);
      points.push(point);
      if (point.worker > 0.95 || point.loss > 0.01 || point.generator > 0.95) break;
    }
    return points;
  } finally {
    crowd.close();
    publisher?.close();
    await server.stop();
    pin(process.pid, [cores.server, cores.generator]);
  }
}

async function measure(
  server: RunningServer,
  crowd: Crowd,
  delays: number[],
  seconds: number,
): Promise<Point> {
  const [worker = 0] = server.workerPids();
  const totals = () => ({
    at: performance.now(),
    cpu: cpuTime(worker),
    generator: process.cpuUsage(),
    ...crowd.received(),
  });
  const before = totals();
  const perPacket: number[] = [];
  let begin = before;
  let after = before;
  // One window a second: their median is not moved by what else the machine does for a moment.
  for (let second = 0; second < seconds; second += 1) {
    await pause(1000);
    after = totals();
    const packets = after.packets + after.lost - begin.packets - begin.lost;
    perPacket.push(((after.cpu - begin.cpu) * 1000) / packets);
    begin = after;
  }
  const time = after.at - before.at;
  const lost = after.lost - before.lost;
  const sent = after.packets - before.packets + lost;
  const generator =
    after.generator.user + after.generator.system - before.generator.user - before.generator.system;
  return {
    watchers: crowd.watchers.length,
    perPacket: median(perPacket),
    worker: (after.cpu - before.cpu) / time,
    generator: generator / 1000 / time,
    loss: lost / sent,
    delay: quantile(delays, 0.99),
    rate: (sent * 1000) / time,
  };
}

/** @returns packets per second and bytes of UDP payload in each */
function packetShape(bitrate: number): { rate: number; size: number } {
  const frame = syntheticClip([{ width: 640, height: 360, bitrate }]).layers[0]?.frames[1] ?? [];
  return { rate: frame.length * 30, size: (frame[0]?.length ?? 0) + overhead };
}

function report(
  bench: Bench,
  perBitrate: Map<number, Point[]>,
  janus: Awaited<ReturnType<typeof measureJanus>>,
  rival: number,
  floor: number,
): void {
  bench.condition('codec', 'VP8 form, constant frame size, 30 frames/s, one layer');
  bench.condition('SRTP suite', `${srtpSuite()}; Janus ${janus[0]?.suite}`);
  bench.condition(
    'packet size',
    bitrates
      .map((rate) => `${packetShape(rate).size} bytes of UDP payload at ${rate / 1000} kbit/s`)
      .join(', '),
  );
  bench.condition('cores', 'server and worker on one core, load generator on another');
  for (const [bitrate, points] of perBitrate) {
    const name = `${bitrate / 1000} kbit/s`;
    const top = points.at(-1);
    const best = points
      .filter(({ loss, worker }) => loss < knee.loss && worker < knee.worker)
      .at(-1);
    if (!top || !best) continue;
    const bound =
      best !== top ? 'the next step was over it' : 'the last step measured: the knee lies beyond';
    bench.figure({
      what: `CPU per packet, ${name}, ${best.watchers} watchers`,
      value: best.perPacket,
      unit: 'µs',
      how: `worker's CPU time / packets sent, median of windows of 1 s, ${(best.rate / 1000).toFixed(1)}k packets/s`,
    });
    bench.figure({
      what: `viewers per busy core, ${name}`,
      value: 1e6 / (best.perPacket * (best.rate / best.watchers)),
      unit: 'viewers',
      how: `a core's time / CPU per packet, at ${best.watchers} watchers`,
    });
    bench.figure({
      what: `knee, ${name}`,
      value: best.watchers,
      unit: 'watchers',
      how: `loss < 0.1 %, worker ${(best.worker * 100).toFixed(0)} % < 90 %, generator ${(best.generator * 100).toFixed(0)} %; ${bound}`,
    });
    bench.figure({
      what: `lost at ${top.watchers} watchers, ${name}`,
      value: top.loss * 100,
      unit: '%',
      how: 'gaps in sequence numbers at the watchers / packets sent',
    });
    bench.figure({
      what: `forwarding delay p99, ${name}, ${best.watchers} watchers`,
      value: best.delay,
      unit: 'ms',
      how: 'from sending to counting, by abs-capture-time, one watcher in ten',
    });
  }
  compare(bench, perBitrate.get(bitrates[0] ?? 0) ?? [], janus, rival, floor);
  plots(bench, perBitrate, janus, floor);
}

function compare(
  bench: Bench,
  points: Point[],
  janus: Awaited<ReturnType<typeof measureJanus>>,
  rival: number,
  floor: number,
): void {
  const ours = points.find(({ watchers }) => watchers === rival)?.perPacket ?? NaN;
  const theirs = janus.at(-1);
  const perPacket = theirs?.perPacket ?? NaN;
  bench.figure({
    what: `Janus, CPU per packet, ${rival} watchers`,
    value: perPacket,
    unit: 'µs',
    how: 'streaming plug-in of Debian’s janus, all its threads, same clip, generator and windows',
  });
  bench.figure({
    what: 'share of Janus’ CPU per packet',
    value: ours / perPacket,
    unit: '×',
    how: `this server / Janus at ${rival} watchers, same run`,
    goal: { atMost: 0.5 },
  });
  bench.figure({
    what: 'bare sendmsg, CPU per packet',
    value: floor,
    unit: 'µs',
    how: `C loop over ${rival} sockets on loopback, same size, median of runs`,
  });
  bench.figure({
    what: 'times the floor',
    value: ours / floor,
    unit: '×',
    how: 'this server / bare sendmsg, same run',
    goal: { atMost: 3 },
  });
}

function plots(
  bench: Bench,
  perBitrate: Map<number, Point[]>,
  janus: Awaited<ReturnType<typeof measureJanus>>,
  floor: number,
): void {
  const lines = (pick: (point: Point) => number) =>
    [...perBitrate].map(([bitrate, points]) => ({
      name: `${bitrate / 1000} kbit/s`,
      points: points.map((point) => [point.watchers, pick(point)] as const),
    }));
  const most = Math.max(...[...perBitrate.values()].flat().map(({ watchers }) => watchers));
  bench.plot({
    title: 'CPU per packet',
    x: 'watchers',
    y: 'µs',
    lines: [
      ...lines(({ perPacket }) => perPacket),
      {
        name: 'Janus',
        points: janus.map(({ watchers, perPacket }) => [watchers, perPacket] as const),
      },
      { name: 'sendmsg', points: [[0, floor] as const, [most, floor] as const] },
    ],
  });
  bench.plot({
    title: 'Worker',
    x: 'watchers',
    y: '% of a core',
    lines: lines(({ worker }) => worker * 100),
  });
  bench.plot({
    title: 'Forwarding delay, p99',
    x: 'watchers',
    y: 'ms',
    lines: lines(({ delay }) => delay),
  });
}

const fanOut: Benchmark = {
  name: 'fan-out',
  question: 'How many viewers does one core serve?',
  run,
};
export default fanOut;
