/** Benchmark `nodes`: what it costs to watch a zone from another node than its camera's. */
import type { Bench, Benchmark } from '../benchmark.ts';
import { measureEdges } from '../nodes/edges.ts';
import { measureJoins } from '../nodes/joins.ts';
import { measurePipes } from '../nodes/pipes.ts';
import { Scene } from '../nodes/scene.ts';

async function run(bench: Bench): Promise<void> {
  bench.progress('an owner and three edges start');
  const scene = await Scene.open();
  try {
    await measureJoins(bench, scene);
    await measureEdges(bench, scene);
  } finally {
    await scene.close();
  }
  await measurePipes(bench);
  bench.condition(
    'nodes',
    'servers of a media worker each, Redis and PostgreSQL on one machine, loopback',
  );
}

const nodes: Benchmark = {
  name: 'nodes',
  question: 'What does it cost to watch a zone from another node?',
  note: 'only by name',
  onlyByName: true,
  run,
};
export default nodes;
