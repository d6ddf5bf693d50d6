/** Benchmark `whep`: what a player of others waits for, and what it costs, beside the console's own. */
import { syntheticClip } from '../../support/peers/clip.ts';
import { LightPublisher } from '../../support/peers/publisher.ts';
import { recordedClip } from '../../support/peers/recorder.ts';
import { LightWatcher } from '../../support/peers/watcher.ts';
import {
  likeABrowser,
  probeSsrc,
  WhepPlayer,
  type PlayedPacket,
} from '../../support/peers/whep-player.ts';
import { startServer } from '../../support/server.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { oneAddress } from '../load/one-address.ts';
import { WhepCrowd } from '../load/whep-crowd.ts';
import { keptOn, pause } from '../measure/cpu.ts';
import { spread } from '../measure/quantiles.ts';
import { listenForSrtpSuite, srtpSuite } from '../measure/srtp-suite.ts';
import { costs, ratios, takeTurns } from '../rivals/contender.ts';
import { OwnServer } from '../rivals/own.ts';

const zone = 'WHEP-01';
const cores = { server: 0, generator: 1 };
const viewers = 200;
const bitrate = 600_000; // bit/s
const goals = { firstPacket: 60, share: 1.05 };
/** The server lets a camera make one key frame in 500 ms, and a join shortly before would be waited for. */
const apart = 700; // ms

async function run(bench: Bench): Promise<void> {
  listenForSrtpSuite();
  await joins(bench);
  await costsOfBoth(bench);
  bench.condition('SRTP suite', srtpSuite());
  bench.condition(
    'viewers',
    `${viewers} of each kind, which decrypt what comes and ask for nothing`,
  );
}

/** From asking, with the offer at hand, to the first packet of the picture. */
async function joins(bench: Bench): Promise<void> {
  const clip = await recordedClip();
  const server = await startServer({ TLS_ENABLED: 'false', ...oneAddress });
  const publisher = await LightPublisher.start(server.url, zone, clip);
  // Somebody watches already, as where a rival's camera sends all the time.
  const other = new LightWatcher(server.url);
  const runs = bench.full ? 30 : 10;
  const times = { whep: [] as number[], console: [] as number[] };
  try {
    await other.watch(zone);
    await other.connected();
    for (let run = 0; run < runs; run += 1) {
      bench.progress(`joins, ${run + 1} of ${runs}`);
      await pause(apart);
      times.whep.push(await joinByWhep(server.url));
      await pause(apart);
      times.console.push(await joinByConsole(server.url));
    }
  } finally {
    other.close();
    publisher.close();
    await server.stop();
  }
  bench.figure({
    what: 'WHEP: offer to first packet',
    ...spread(times.whep),
    unit: 'ms',
    how: `median of ${runs}, node-datachannel, from POST to the first packet of the picture`,
    goal: { atMost: goals.firstPacket },
  });
  bench.figure({
    what: 'the console’s own: watch to first packet',
    ...spread(times.console),
    unit: 'ms',
    how: `median of ${runs} in turns with these, a light watcher on a socket that is open already`,
  });
}

async function joinByWhep(url: string): Promise<number> {
  let cameAt: (time: number) => void = () => {};
  const came = new Promise<number>((resolve) => (cameAt = resolve));
  // What only tries the link comes before the picture.
  const take = ({ ssrc, at }: PlayedPacket): void => {
    if (ssrc !== probeSsrc) cameAt(at);
  };
  const player = new WhepPlayer(url, { change: likeABrowser, take });
  // A browser has its candidates by then, too.
  await pause(50);
  const asked = performance.now();
  const { status } = await player.post(zone);
  if (status !== 201) throw new Error(`POST /whep/${zone}: ${status}`);
  const first = await came;
  await player.delete();
  player.close();
  return first - asked;
}

async function joinByConsole(url: string): Promise<number> {
  const watcher = new LightWatcher(url);
  await watcher.client.connected();
  await watcher.watch(zone);
  const deadline = performance.now() + 5000;
  while (watcher.received().packets === 0) {
    if (performance.now() > deadline) throw new Error('nothing came within 5 s');
    await pause(1);
  }
  const first = [...watcher.streams.values()][0]?.lastPacketAt ?? NaN;
  watcher.close();
  return first - watcher.askedAt;
}

async function costsOfBoth(bench: Bench): Promise<void> {
  const clip = syntheticClip([{ width: 640, height: 360, bitrate }]);
  await keptOn(cores.generator, Object.values(cores), async () => {
    bench.progress(`${viewers} of each kind join`);
    const own = OwnServer.start(clip, viewers, cores.server);
    const whep = own.then(() =>
      OwnServer.start(clip, viewers, cores.server, undefined, (url) => new WhepCrowd(url)),
    );
    const turns = await takeTurns({ own, whep }, bench.full ? 20 : 8, (round) =>
      bench.progress(`in turns, round ${round}`),
    );
    const how = `median of ${turns.own.length} rounds of 1 s, ${viewers} viewers, ${bitrate / 1000} kbit/s`;
    const [ours, theirs] = [costs(turns.own), costs(turns.whep)];
    bench.figure({ what: 'CPU per packet, console', ...spread(ours), unit: 'µs', how });
    bench.figure({ what: 'CPU per packet, WHEP', ...spread(theirs), unit: 'µs', how });
    bench.figure({
      what: 'share of the console’s',
      ...spread(ratios(theirs, ours)),
      unit: '×',
      how: `WHEP / console of the same round, ${how}`,
      goal: { atMost: goals.share },
    });
    const loss = Math.max(...[...turns.own, ...turns.whep].map((turn) => turn.loss));
    bench.figure({
      what: 'lost, at most',
      value: loss * 100,
      unit: '%',
      how: 'gaps in sequence numbers',
    });
  });
}

const whep: Benchmark = {
  name: 'whep',
  question: 'What do players of others wait for, and what do they cost?',
  note: 'only by name',
  onlyByName: true,
  run,
};
export default whep;
