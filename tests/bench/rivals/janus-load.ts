/** Run in a network namespace of its own by `measureJanus`: viewers of Janus, and its CPU meanwhile. */
import { syntheticClip } from '../../support/peers/clip.ts';
import { cpuTime, pause, pin } from '../measure/cpu.ts';
import { median } from '../measure/quantiles.ts';
import { listenForSrtpSuite, srtpSuite } from '../measure/srtp-suite.ts';
import { Janus, type JanusWatcher } from './janus.ts';
import type { JanusLoad, JanusOutcome } from './janus-measured.ts';

/** Each join takes about 1 s, most of it waiting. */
const atOnce = 50;

const load = JSON.parse(process.argv[2] ?? '') as JanusLoad;
listenForSrtpSuite();
const janus = await Janus.start();
const pid = janus.process.pid ?? 0;
pin(process.pid, [load.generatorCore]);
pin(pid, [load.serverCore]);
try {
  const stop = janus.feed(syntheticClip([{ width: 640, height: 360, bitrate: load.bitrate }]));
  const watchers: JanusWatcher[] = [];
  const outcomes: JanusOutcome[] = [];
  for (const count of load.watchers) {
    while (watchers.length < count) {
      const joining = Math.min(atOnce, count - watchers.length);
      watchers.push(...(await Promise.all(Array.from({ length: joining }, () => janus.watch()))));
    }
    await pause(1000);
    const before = totals(watchers, pid);
    const perPacket: number[] = [];
    let begin = before;
    for (let second = 0; second < load.seconds; second += 1) {
      await pause(1000);
      const end = totals(watchers, pid);
      perPacket.push(((end.cpu - begin.cpu) * 1000) / (end.sent - begin.sent));
      begin = end;
    }
    outcomes.push({
      watchers: count,
      perPacket: median(perPacket),
      loss: (begin.lost - before.lost) / (begin.sent - before.sent),
      suite: srtpSuite(),
    });
  }
  stop();
  process.stdout.write(JSON.stringify(outcomes));
} finally {
  janus.stop();
}
process.exit(0);

function totals(watchers: JanusWatcher[], pid: number) {
  const sum = { sent: 0, lost: 0, cpu: cpuTime(pid) };
  for (const { stream } of watchers) {
    sum.sent += (stream?.packets ?? 0) + (stream?.lost ?? 0);
    sum.lost += stream?.lost ?? 0;
  }
  return sum;
}
