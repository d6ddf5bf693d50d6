/** Benchmark `gateway`: cameras that speak RTSP, from their packets to an operator's screen. */
import type { Bench, Benchmark } from '../benchmark.ts';
import { measureFirstPicture } from '../gateway/first-picture.ts';
import { measureInterruption } from '../gateway/interruption.ts';

async function run(bench: Bench): Promise<void> {
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
