/** Benchmark `gateway`: cameras that speak RTSP, from their packets to an operator's screen. */
import type { Bench, Benchmark } from '../benchmark.ts';
import { measureCost } from '../gateway/cost.ts';
import { measureFirstPicture } from '../gateway/first-picture.ts';
import { measureInterruption } from '../gateway/interruption.ts';
import { measureForwarding, measureScreen } from '../gateway/latency.ts';

async function run(bench: Bench): Promise<void> {
  await measureScreen(bench);
  await measureForwarding(bench);
  await measureCost(bench);
  await measureFirstPicture(bench);
  await measureInterruption(bench);
}

export default {
  name: 'gateway',
  question: 'What does a camera cost that an edge gateway pulls, and how old is its picture?',
  note: 'only by name',
  onlyByName: true,
  run,
} satisfies Benchmark;
