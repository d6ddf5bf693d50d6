import { syntheticClip } from '../../support/peers/clip.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import {
  climb,
  describe,
  isCarried,
  mostDecrypting,
  type Climbed,
  type Step,
} from '../load/climb.ts';
import { median } from '../measure/quantiles.ts';
import { listenForSrtpSuite, srtpSuite } from '../measure/srtp-suite.ts';
import { measureJanus } from '../rivals/janus-measured.ts';
import { measureSendmsg } from '../rivals/sendmsg.ts';

const cores = { server: 0, generator: 1 };
const bitrates = [600_000, 1_400_000]; // bit/s
/** What SRTP with AES-GCM and UDP's payload add to the RTP payload: header, extension, tag; bytes. */
const overhead = 12 + 16 + 16;
/** At which Janus and the bare loop are compared; all of them decrypt what comes. */
const compared = mostDecrypting;
/** Between steps beyond that, up to the knee, in full mode. */
const stride = 300;

async function run(bench: Bench): Promise<void> {
  listenForSrtpSuite();
  const seconds = bench.full ? 6 : 3;
  const perBitrate = new Map<number, Climbed>();
  for (const bitrate of bitrates) {
    const climbed = await climb({
      bitrate,
      counts: bench.full ? untilFull() : [compared],
      seconds,
      cores,
      onStep: (count) => bench.progress(`${count} watchers, ${bitrate / 1000} kbit/s`),
    });
    perBitrate.set(bitrate, climbed);
  }
  bench.progress(`Janus, ${compared} watchers`);
  const janus = await measureJanus({
    watchers: bench.full ? [10, 50, 100, compared] : [compared],
    bitrate: bitrates[0] ?? 0,
    seconds,
    serverCore: cores.server,
    generatorCore: cores.generator,
  });
  bench.progress('bare sendmsg');
  const { size } = packetShape(bitrates[0] ?? 0);
  const floor = median(await measureSendmsg(compared, size, bench.full ? 5 : 3));
  report(bench, perBitrate, janus, floor);
}

/** So many watchers, step by step; whoever asks for them stops when something is full. */
function* untilFull(): Generator<number> {
  yield* [10, 50, 100];
  for (let count = compared; ; count += stride) yield count;
}

/** @returns packets per second and bytes of UDP payload in each */
function packetShape(bitrate: number): { rate: number; size: number } {
  const frame = syntheticClip([{ width: 640, height: 360, bitrate }]).layers[0]?.frames[1] ?? [];
  return { rate: frame.length * 30, size: (frame[0]?.length ?? 0) + overhead };
}

function report(
  bench: Bench,
  perBitrate: Map<number, Climbed>,
  janus: Awaited<ReturnType<typeof measureJanus>>,
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
  bench.condition(
    'watchers',
    `the first ${mostDecrypting} decrypt what comes, those beyond them count it as it comes`,
  );
  for (const [bitrate, { steps, end }] of perBitrate) {
    const name = `${bitrate / 1000} kbit/s`;
    const top = steps.at(-1);
    const best = steps.filter(isCarried).at(-1) ?? steps[0];
    if (!top || !best) continue;
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
    if (bench.full) {
      bench.figure({
        what: `knee, ${name}`,
        value: best.watchers,
        unit: 'watchers',
        how: `last step with loss < 0.1 %, worker < 90 % and delay < 300 ms (${describe(best)}); ${end}`,
      });
    }
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
      how: 'from sending to counting, by abs-capture-time, 20 of the watchers',
    });
  }
  compare(bench, perBitrate.get(bitrates[0] ?? 0)?.steps ?? [], janus, floor);
  plots(bench, perBitrate, janus, floor);
}

function compare(
  bench: Bench,
  steps: Step[],
  janus: Awaited<ReturnType<typeof measureJanus>>,
  floor: number,
): void {
  const ours = steps.find(({ watchers }) => watchers === compared)?.perPacket ?? NaN;
  const theirs = janus.at(-1);
  const perPacket = theirs?.perPacket ?? NaN;
  bench.figure({
    what: `Janus, CPU per packet, ${compared} watchers`,
    value: perPacket,
    unit: 'µs',
    how: 'streaming plug-in of Debian’s janus, all its threads, same clip, generator and windows',
  });
  bench.figure({
    what: 'share of Janus’ CPU per packet',
    value: ours / perPacket,
    unit: '×',
    how: `this server / Janus at ${compared} watchers, same run`,
    goal: { atMost: 0.5 },
  });
  bench.figure({
    what: 'bare sendmsg, CPU per packet',
    value: floor,
    unit: 'µs',
    how: `C loop over ${compared} sockets on loopback, same size, median of runs`,
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
  perBitrate: Map<number, Climbed>,
  janus: Awaited<ReturnType<typeof measureJanus>>,
  floor: number,
): void {
  const lines = (pick: (step: Step) => number) =>
    [...perBitrate].map(([bitrate, { steps }]) => ({
      name: `${bitrate / 1000} kbit/s`,
      points: steps.map((step) => [step.watchers, pick(step)] as const),
    }));
  const most = Math.max(
    ...[...perBitrate.values()].flatMap(({ steps }) => steps.map(({ watchers }) => watchers)),
  );
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
  note: 'up to the knee in full mode',
  run,
};
export default fanOut;
