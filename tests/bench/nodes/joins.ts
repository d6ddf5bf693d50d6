/** The same join at a zone's owner and at an edge, in turns. */
import type { LightWatcher } from '../../support/peers/watcher.ts';
import type { RunningServer } from '../../support/server.ts';
import type { Bench } from '../benchmark.ts';
import { pause } from '../measure/cpu.ts';
import { median, quantile, spread } from '../measure/quantiles.ts';
import { untilKeyFrame, type FilmedZone, type Scene } from './scene.ts';

const goals = { piped: 20, fresh: 60 }; // ms more than at the owner
/** The server lets a camera make one key frame in 500 ms; between two joins of one zone. */
const apart = 700; // ms
/** Until an edge has no pipe of a zone any more that nobody watches there, and the camera sleeps again; ms. */
const forgotten = 9000;

type Kind = 'at the owner' | 'at an edge that has the pipe' | 'at an edge without one';
type Times = Record<Kind, number[]>;

export async function measureJoins(bench: Bench, scene: Scene): Promise<void> {
  const rounds = bench.full ? 8 : 3;
  const awake = emptyTimes();
  const asleep = emptyTimes();
  const [edge] = scene.edges;
  if (!edge) return;
  // The first of all lays the connection between the two nodes.
  for (const zone of scene.zones.slice(0, 1)) scene.leave(await scene.watch(edge, zone));
  const others: LightWatcher[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await pause(forgotten);
    bench.progress(`joins of sleeping cameras, round ${round} of ${rounds}`);
    await joinAsleep(scene, edge, round, asleep);
    await pause(forgotten);
    bench.progress(`joins of cameras that are watched, round ${round} of ${rounds}`);
    for (const zone of scene.zones) others.push(await scene.watch(scene.owner, zone));
    await joinAwake(scene, edge, round, awake);
    for (const other of others.splice(0)) scene.leave(other);
  }
  report(bench, 'of a watched camera', awake, true);
  report(bench, 'of a sleeping camera', asleep, false);
}

function emptyTimes(): Times {
  return { 'at the owner': [], 'at an edge that has the pipe': [], 'at an edge without one': [] };
}

/** In another order in each round, so that a machine that changes its speed favours none. */
async function joinAwake(scene: Scene, edge: RunningServer, round: number, times: Times) {
  const held: LightWatcher[] = [];
  const kinds: Kind[] = ['at an edge without one', 'at an edge that has the pipe'];
  kinds.splice(round % 3, 0, 'at the owner');
  for (const kind of kinds) {
    const begun = performance.now();
    const node = kind === 'at the owner' ? scene.owner : edge;
    for (const zone of scene.zones) {
      const { watcher, took } = await join(scene, node, zone);
      held.push(watcher);
      times[kind].push(took);
    }
    await pause(Math.max(0, begun + apart - performance.now()));
  }
  for (const watcher of held) scene.leave(watcher);
}

/** Half of them at the owner, the others at the edge, the other way round the next time. */
async function joinAsleep(scene: Scene, edge: RunningServer, round: number, times: Times) {
  for (const [index, zone] of scene.zones.entries()) {
    const atOwner = (index + round) % 2 === 0;
    const { watcher, took } = await join(scene, atOwner ? scene.owner : edge, zone);
    times[atOwner ? 'at the owner' : 'at an edge without one'].push(took);
    scene.leave(watcher);
  }
}

async function join(scene: Scene, node: RunningServer, { name }: FilmedZone) {
  const watcher = await scene.visit(node);
  await watcher.watch(name);
  return { watcher, took: (await untilKeyFrame(watcher)) - watcher.askedAt };
}

function report(bench: Bench, which: string, times: Times, judged: boolean): void {
  const { 'at the owner': atOwner } = times;
  for (const [kind, values] of Object.entries(times)) {
    if (values.length === 0) continue;
    const how = `median of ${values.length} joins of light watchers, from asking to the first key frame`;
    bench.figure({ what: `join ${which} ${kind}`, ...spread(values), unit: 'ms', how });
  }
  for (const [kind, goal] of [
    ['at an edge that has the pipe', goals.piped],
    ['at an edge without one', goals.fresh],
  ] as const) {
    if (times[kind].length === 0) continue;
    for (const [name, of] of [
      ['median', median],
      ['p95', (values: number[]) => quantile(values, 0.95)],
    ] as const) {
      bench.figure({
        what: `… ${kind}, more than at the owner, ${name}`,
        value: of(times[kind]) - of(atOwner),
        unit: 'ms',
        how: 'difference of the two, of joins in turns',
        ...(judged && { goal: { atMost: goal } }),
      });
    }
  }
}
