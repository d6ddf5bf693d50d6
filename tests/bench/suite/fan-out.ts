/** Benchmark `fan-out`: how many viewers one worker serves, beside a rival and the bare system call. */
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
import { keptOn } from '../measure/cpu.ts';
import { median, spread } from '../measure/quantiles.ts';
import { listenForSrtpSuite, srtpSuite } from '../measure/srtp-suite.ts';
import { costs, ratios, takeTurns } from '../rivals/contender.ts';
import { JanusContender } from '../rivals/janus-contender.ts';
import { OwnServer } from '../rivals/own.ts';
import { Sendmsg } from '../rivals/sendmsg.ts';

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
  const seconds = bench.full ? 4 : 2;
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
  const comparison = await compare(bench);
  report(bench, perBitrate, comparison);
}

/** µs of CPU per packet, by round */
interface Comparison {
  readonly own: number[];
  readonly janus: number[];
  readonly sendmsg: number[];
  /** The largest share of packets that was lost in a turn. */
  readonly loss: number;
  readonly janusSuite: string;
}

async function compare(bench: Bench): Promise<Comparison> {
  const [bitrate = 0] = bitrates;
  const clip = syntheticClip([{ width: 640, height: 360, bitrate }]);
  bench.progress(`Janus and this server, ${compared} watchers each`);
  return keptOn(cores.generator, Object.values(cores), async () => {
    const janus = JanusContender.start({
      viewers: compared,
      bitrate,
      serverCore: cores.server,
      generatorCore: cores.generator,
    });
    // Not before Janus is there, which may have to be installed: who stands still for long is given up by its load.
    const own = janus.then(() => OwnServer.start(clip, compared, cores.server));
    const sendmsg = Sendmsg.compile(compared, packetShape(bitrate).size);
    const turns = await takeTurns({ own, janus, sendmsg }, bench.full ? 15 : 3, (round) =>
      bench.progress(`in turns with Janus and bare sendmsg, round ${round}`),
    );
    return {
      own: costs(turns.own),
      janus: costs(turns.janus),
      sendmsg: costs(turns.sendmsg),
      loss: Math.max(...[...turns.own, ...turns.janus].map(({ loss }) => loss)),
      janusSuite: (await janus).suite,
    };
  });
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

function report(bench: Bench, perBitrate: Map<number, Climbed>, comparison: Comparison): void {
  bench.condition('codec', 'VP8 form, constant frame size, 30 frames/s, one layer');
  bench.condition('SRTP suite', `${srtpSuite()}; Janus ${comparison.janusSuite}`);
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
  reportComparison(bench, comparison);
  plots(bench, perBitrate, comparison);
}

function reportComparison(bench: Bench, { own, janus, sendmsg, loss }: Comparison): void {
  const rounds = `median of ${own.length} rounds`;
  const contenders = [
    { what: 'this server', values: own, how: 'its worker, same clip and generator' },
    {
      what: 'Janus',
      values: janus,
      how: 'streaming plug-in of Debian’s janus, all its threads, same clip and generator',
    },
    {
      what: 'bare sendmsg',
      values: sendmsg,
      how: `C loop over ${compared} sockets on loopback, same size`,
    },
  ];
  for (const { what, values, how } of contenders) {
    bench.figure({
      what: `in turns, ${compared} watchers: ${what}, CPU per packet`,
      ...spread(values),
      unit: 'µs',
      how: `${rounds} of 1 s; ${how}`,
    });
  }
  bench.figure({
    what: 'share of Janus’ CPU per packet',
    ...spread(ratios(own, janus)),
    unit: '×',
    how: `this server / Janus of the same round, ${rounds}`,
    goal: { atMost: 0.5 },
  });
  bench.figure({
    what: 'times the floor',
    ...spread(ratios(own, sendmsg)),
    unit: '×',
    how: `this server / bare sendmsg of the same round, ${rounds}`,
    goal: { atMost: 3 },
  });
  bench.figure({
    what: 'lost in turns, at most',
    value: loss * 100,
    unit: '%',
    how: 'gaps in sequence numbers at the watchers, this server and Janus',
  });
}

function plots(bench: Bench, perBitrate: Map<number, Climbed>, comparison: Comparison): void {
  const lines = (pick: (step: Step) => number) =>
    [...perBitrate].map(([bitrate, { steps }]) => ({
      name: `${bitrate / 1000} kbit/s`,
      points: steps.map((step) => [step.watchers, pick(step)] as const),
    }));
  const most = Math.max(
    ...[...perBitrate.values()].flatMap(({ steps }) => steps.map(({ watchers }) => watchers)),
  );
  const level = (name: string, costs: number[]) => ({
    name,
    points: [0, most].map((watchers) => [watchers, median(costs)] as const),
  });
  bench.plot({
    title: 'CPU per packet',
    x: 'watchers',
    y: 'µs',
    lines: [
      ...lines(({ perPacket }) => perPacket),
      level('Janus', comparison.janus),
      level('sendmsg', comparison.sendmsg),
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
