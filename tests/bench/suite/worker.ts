/** Benchmark `worker`: what our own build of the media worker gains, measured beside another. */
import { syntheticClip } from '../../support/peers/clip.ts';
import { recordedClip } from '../../support/peers/recorder.ts';
import type { Bench, Benchmark } from '../benchmark.ts';
import { keptOn } from '../measure/cpu.ts';
import { spread } from '../measure/quantiles.ts';
import { costs, ratios, takeTurns } from '../rivals/contender.ts';
import { OwnServer } from '../rivals/own.ts';

const cores = { server: 0, generator: 1 };
const viewers = 200;

async function run(bench: Bench): Promise<void> {
  const other = process.env.OTHER_WORKER_BIN;
  if (!other) throw new Error('OTHER_WORKER_BIN must name the worker program to compare with.');
  const synthetic = (bitrate: number) => syntheticClip([{ width: 640, height: 360, bitrate }]);
  const clips = {
    '600 kbit/s': synthetic(600_000),
    '1.4 Mbit/s': synthetic(1_400_000),
    'recorded from Chromium': await recordedClip(),
  };
  bench.condition('worker, other', other);
  bench.condition('viewers', `${viewers}, which decrypt what comes`);
  await keptOn(cores.generator, Object.values(cores), async () => {
    for (const [name, clip] of Object.entries(clips)) {
      bench.progress(`${viewers} viewers on each of two workers, ${name}`);
      const now = OwnServer.start(clip, viewers, cores.server);
      const before = OwnServer.start(clip, viewers, cores.server, other);
      const turns = await takeTurns({ now, before }, bench.full ? 20 : 6, (round) =>
        bench.progress(`in turns, ${name}, round ${round}`),
      );
      report(bench, name, costs(turns.now), costs(turns.before));
    }
  });
}

function report(bench: Bench, clip: string, now: number[], before: number[]): void {
  const how = `median of ${now.length} rounds of 1 s, ${viewers} viewers`;
  const figures = [
    { what: 'CPU per packet', values: now, unit: 'µs' },
    { what: 'the other worker’s', values: before, unit: 'µs' },
    { what: 'share of the other’s, in the same round', values: ratios(now, before), unit: '×' },
  ];
  for (const { what, values, unit } of figures) {
    bench.figure({ what: `${clip}: ${what}`, ...spread(values), unit, how });
  }
}

export default {
  name: 'worker',
  question: 'What does a media worker cost that was built in another way?',
  note: 'only by name; OTHER_WORKER_BIN names the other program',
  onlyByName: true,
  run,
} satisfies Benchmark;
