import { svelte } from '@sveltejs/vite-plugin-svelte';
import { configDefaults, defineConfig } from 'vitest/config';

/**
 * What runs on real media in real time is tried a second time in CI: its machine may stand still for seconds. Those that
 * passed then are named at the end of the run. Unit tests depend on no machine.
 */
const secondTries = process.env.CI ? 1 : 0;

const kind = (name: string, testTimeout: number) => ({
  plugins: [svelte({ configFile: false })],
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    globalSetup: 'tests/support/start-test-store.ts',
    testTimeout,
    hookTimeout: 60_000,
    retry: name === 'unit' ? 0 : secondTries,
    // What a test waits for comes when it comes: a second, the default, is short on a busy machine.
    expect: { poll: { timeout: 5000 } },
  },
});

/** Of a kind, the files that mostly wait: so many of them run side by side, before or after the others. */
function waitingOf({ test }: ReturnType<typeof kind>, files: string[], atOnce = 2, groupOrder = 0) {
  const waiting = kind(`${test.name}-waiting`, test.testTimeout);
  waiting.test.include = files;
  Object.assign(waiting.test, { maxWorkers: atOnce, sequence: { groupOrder } });
  Object.assign(test, { exclude: [...configDefaults.exclude, ...files] });
  return waiting;
}

const unit = kind('unit', 10_000);
// They leave nothing behind, and half of their time would go to beginning anew for each file.
Object.assign(unit.test, { isolate: false });
const server = kind('server', 30_000);
/** Each of them keeps a quarter of a core busy. */
const serverWaiting = waitingOf(
  server,
  ['tests/server/{pipes,rising,sign-in-limits,succession,worker-faults}.test.ts'],
  4,
  3,
);

/** What shows that media flows, and what keeps it flowing: once more with the other media worker. */
const plain = kind('plain', 90_000);
plain.test.include = [
  'tests/server/{bit-rate,feeds,idle-connections,key-frame-storm,latency,lost-packets,malformed-media}.test.ts',
  'tests/server/{media,offered-numbers,replay,rising,shut-out,turn,worker-faults}.test.ts',
  'tests/browser/streaming.test.ts',
];
/** Fuzzers take all that there is, so they come after what measures. */
const worker = kind('worker', 120_000);
Object.assign(worker.test, { sequence: { groupOrder: 1 } });
/** It compiles for a quarter of an hour. */
const upstream = kind('upstream', 600_000);
Object.assign(upstream.test, { sequence: { groupOrder: 2 } });
const network = kind('network', 180_000);
const cluster = kind('cluster', 60_000);
/** Leases end, what is gone comes back; none of them measures what another one could disturb. */
const clusterWaiting = waitingOf(cluster, [
  'tests/cluster/{accounts,redis,redis-outage,redis-tls,sentinel}.test.ts',
  'tests/cluster/{set-up,stood-still,tree}.test.ts',
]);
const gateway = kind('gateway', 60_000);
/** The operator's desk: navigator, stage, attention, views. */
const desk = kind('desk', 60_000);
const encoders = kind('encoders', 60_000);
const long = kind('long', 7_200_000);
// What they measure must not depend on what else runs.
for (const { test } of [network, cluster, encoders, long])
  Object.assign(test, { fileParallelism: false });

export default defineConfig({
  test: {
    projects: [
      unit,
      server,
      serverWaiting,
      kind('browser', 90_000),
      kind('deployment', 90_000),
      worker,
      // Only when it is asked for, since its files are of other projects too.
      ...(process.argv.includes('--project=plain') ? [plain] : []),
      upstream,
      network,
      clusterWaiting,
      cluster,
      gateway,
      desk,
      encoders,
      long,
    ],
    // Two browsers encoding video at once are what two cores hold.
    maxWorkers: 2,
  },
});
