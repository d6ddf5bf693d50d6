/**
 * Run in a network namespace of its own by `JanusContender`: Janus with its viewers. Says the SRTP suite
 * when all are there, and takes a turn for each line that it reads; JSON, a line each.
 */
import { createInterface } from 'node:readline';
import { syntheticClip } from '../../support/peers/clip.ts';
import { inHandfuls } from '../load/handfuls.ts';
import { cpuTime, pause, pin } from '../measure/cpu.ts';
import { listenForSrtpSuite, srtpSuite } from '../measure/srtp-suite.ts';
import { forward, standStill, type Totals } from './contender.ts';
import type { JanusLoad } from './janus-contender.ts';
import { Janus, type JanusWatcher } from './janus.ts';

/** Each join takes about 1 s, most of it waiting. */
const atOnce = 50;

const load = JSON.parse(process.argv[2] ?? '') as JanusLoad;
listenForSrtpSuite();
const janus = await Janus.start();
const pid = janus.process.pid ?? 0;
pin(process.pid, [load.generatorCore]);
pin(pid, [load.serverCore]);
try {
  const feed = janus.feed(syntheticClip([{ width: 640, height: 360, bitrate: load.bitrate }]));
  feed.start();
  const watchers: JanusWatcher[] = [];
  const join = async (): Promise<void> => void watchers.push(await janus.watch());
  await inHandfuls(load.viewers, join, atOnce);
  await pause(500);
  feed.stop();
  standStill([pid]);
  say(srtpSuite());
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'turn') break;
    say(await forward(feed, () => totals(watchers), [pid]));
  }
} finally {
  janus.stop();
}
process.exit(0);

function say(what: unknown): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function totals(watchers: JanusWatcher[]): Totals {
  const sum = { cpu: cpuTime(pid), packets: 0, lost: 0 };
  for (const { stream } of watchers) {
    sum.packets += stream?.packets ?? 0;
    sum.lost += stream?.lost ?? 0;
  }
  return sum;
}
