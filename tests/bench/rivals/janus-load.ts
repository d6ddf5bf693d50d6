/** Run in a network namespace of its own by `measureJanus`: viewers of Janus, and its CPU meanwhile. */
import { syntheticClip } from '../../support/peers/clip.ts';
import { cpuTime, pause, pin } from '../measure/cpu.ts';
import { listenForSrtpSuite, srtpSuite } from '../measure/srtp-suite.ts';
import { Janus, type JanusWatcher } from './janus.ts';
import type { JanusLoad, JanusOutcome } from './janus-measured.ts';

/** Each join takes about 1 s, most of it waiting. */
const atOnce = 25;

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
    await pause(load.seconds * 1000);
    const after = totals(watchers, pid);
    outcomes.push({
      watchers: count,
      packets: after.packets - before.packets,
      lost: after.lost - before.lost,
      cpu: after.cpu - before.cpu,
      time: after.at - before.at,
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
  const sum = { packets: 0, lost: 0, cpu: cpuTime(pid), at: performance.now() };
  for (const { stream } of watchers) {
    sum.packets += stream?.packets ?? 0;
    sum.lost += stream?.lost ?? 0;
  }
  return sum;
}
