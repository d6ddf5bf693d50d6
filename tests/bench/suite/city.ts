/** Benchmark `city`: whether what a node costs follows its own clients, or all the city around it. */
import type { Bench, Benchmark } from '../benchmark.ts';
import { City, home, type Reading } from '../city/city.ts';
import { growth, type Counts } from '../city/traffic.ts';
import { pause } from '../measure/cpu.ts';

/** Changes of zones that operators of the measured node look at, in each second; the same at each step. */
const near = 4;
/** The issue's: so many zones, and 10 changes/s in all of them; and the same with a tenth of the zones changing. */
const steps = [
  { zones: 100, changes: 10 },
  { zones: 1000, changes: 10 },
  { zones: 1000, changes: 100 },
  { zones: 5000, changes: 10 },
  { zones: 5000, changes: 500 },
];
/** How much more a node may cost when the city has grown, times. */
const goal = 1.2;
const longestGrowth = 150_000; // ms
const settling = 8000; // ms: what came with the growth has been told, and lingers no more

interface Measured {
  readonly zones: number;
  readonly clients: number;
  readonly changes: number;
  /** Of the node, ms of CPU in a second. */
  readonly cpu: number;
  /** That each of its clients hears in a second. */
  readonly messages: number;
  readonly bytes: number;
  /** kbit/s of the node, both ways. */
  readonly nodes: number;
  readonly redis: number;
  readonly postgres: number;
  /** Of all other nodes, ms of CPU in a second. */
  readonly others: number;
  readonly redisCommands: number;
  readonly redisCpu: number;
  readonly transactions: number;
  readonly postgresCpu: number;
}

async function run(bench: Bench): Promise<void> {
  bench.progress('nodes start');
  const city = await City.found();
  const measured: Measured[] = [];
  try {
    for (const { zones, changes } of steps) {
      try {
        await grow(bench, city, zones);
        measured.push(await measure(bench, city, changes));
      } catch (error) {
        if (measured.length === 0) throw error;
        bench.condition('no further', `${zones} zones, ${changes} changes/s: ${String(error)}`);
        break;
      }
    }
    report(bench, city, measured);
  } finally {
    await city.close();
  }
}

async function grow(bench: Bench, city: City, zones: number): Promise<void> {
  bench.progress(`the city grows to ${zones} zones`);
  const [had, before] = [city.clients, await city.read()];
  await Promise.race([
    city.growTo(zones),
    pause(longestGrowth).then(() => {
      throw new Error(`not all had come after ${longestGrowth / 1000} s`);
    }),
  ]);
  const after = await city.read();
  const came = city.clients - had;
  if (came === 0) return;
  const how = `${came} cameras and operators to ${city.nodes - 1} nodes, each as soon as there is room for it`;
  const figure = (what: string, value: number, unit: string): void =>
    bench.figure({ what: `growth to ${zones} zones: ${what}`, value, unit, how });
  const [then, now] = [before.services, after.services];
  figure('that come', (came * 1000) / (after.at - before.at), '1/s');
  figure('CPU of its node for each', (after.others - before.others) / came, 'ms');
  figure('transactions for each', (now.transactions - then.transactions) / came, '');
  figure('CPU of PostgreSQL for each', growth(then.postgresCpu, now.postgresCpu) / came, 'ms');
}

async function measure(bench: Bench, city: City, changes: number): Promise<Measured> {
  await city.change(near, changes - near);
  await pause(settling);
  bench.progress(`${city.zones} zones, ${city.clients} clients, ${changes} changes/s`);
  const before = await city.read();
  await pause(bench.full ? 30_000 : 10_000);
  return compare(city, changes, before, await city.read());
}

function compare(city: City, changes: number, before: Reading, after: Reading): Measured {
  const time = (after.at - before.at) / 1000;
  const per = (of: (reading: Reading) => number): number => (of(after) - of(before)) / time;
  const grown = (of: (reading: Reading) => Counts): number => growth(of(before), of(after)) / time;
  return {
    ...{ zones: city.zones, clients: city.clients, changes },
    cpu: per(({ cpu }) => cpu),
    messages: per(({ heard }) => heard.messages) / city.homeClients,
    bytes: per(({ heard }) => heard.bytes) / city.homeClients,
    nodes: (grown(({ nodes }) => nodes) * 8) / 1000,
    redis: (grown(({ redis }) => redis) * 8) / 1000,
    postgres: (grown(({ postgres }) => postgres) * 8) / 1000,
    others: per(({ others }) => others),
    redisCommands: per(({ services }) => services.redisCommands),
    redisCpu: per(({ services }) => services.redisCpu),
    transactions: per(({ services }) => services.transactions),
    postgresCpu: grown(({ services }) => services.postgresCpu),
  };
}

function report(bench: Bench, city: City, measured: readonly Measured[]): void {
  const [first] = measured;
  if (!first) return;
  bench.condition(
    'the node that is measured',
    `${home.cameras} cameras, ${home.operators} operators with ${home.tiles} tiles, half of them of ${home.foreign} foreign zones; ${near} changes/s of what they look at`,
  );
  bench.condition(
    'the city',
    `${city.nodes} nodes; of the others ${measured.at(-1)?.clients} clients in the end, operators look at zones of their own node`,
  );
  bench.condition('media', 'in memory; all else is the server as it is, on one machine');
  for (const step of measured) reportStep(bench, step, first);
  const last = measured.at(-1) ?? first;
  const perZone = (last.redisCommands - first.redisCommands) / (last.zones - first.zones);
  bench.figure({
    what: 'Redis, commands for each zone',
    value: perZone,
    unit: '1/s',
    how: `between ${first.zones} and ${last.zones} zones, those within scripts included`,
  });
  bench.figure({
    what: 'Redis, CPU for each 1,000 zones',
    value: ((last.redisCpu - first.redisCpu) / (last.zones - first.zones)) * 1000,
    unit: 'ms/s',
    how: `between ${first.zones} and ${last.zones} zones`,
  });
}

function reportStep(bench: Bench, step: Measured, first: Measured): void {
  const { zones, changes, clients } = step;
  const where = `${zones} zones, ${changes} changes/s`;
  const how = `${clients} clients in the city`;
  const isFirst = step === first;
  const limit = isFirst ? {} : { goal: { atMost: goal } };
  const figure = (what: string, value: number, unit: string): void =>
    bench.figure({ what: `${where}: ${what}`, value, unit, how });
  const ratio = (what: string, value: number): void =>
    bench.figure({
      what: `… ${what} against the first step`,
      value,
      unit: '×',
      how: 'the same clients in a larger city',
      ...limit,
    });
  figure("the node's CPU", step.cpu, 'ms/s');
  if (!isFirst) ratio('its CPU', step.cpu / first.cpu);
  figure('messages to each of its clients', step.messages, '1/s');
  if (!isFirst) ratio('its messages', step.messages / first.messages);
  figure('bytes to each of its clients', step.bytes, 'bytes/s');
  figure('the node with other nodes', step.nodes, 'kbit/s');
  figure('the node with Redis', step.redis, 'kbit/s');
  figure('the node with PostgreSQL', step.postgres, 'kbit/s');
  figure('CPU of all other nodes', step.others, 'ms/s');
  figure('Redis, commands of all nodes', step.redisCommands, '1/s');
  figure('Redis, CPU', step.redisCpu, 'ms/s');
  figure('PostgreSQL, transactions of all nodes', step.transactions, '1/s');
  figure('PostgreSQL, CPU', step.postgresCpu, 'ms/s');
}

const city: Benchmark = {
  name: 'city',
  question: 'Does a node of a large city cost more than its own clients?',
  note: 'only by name',
  onlyByName: true,
  run,
};
export default city;
