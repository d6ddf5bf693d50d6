import { svelte } from '@sveltejs/vite-plugin-svelte';
import { configDefaults, defineConfig } from 'vitest/config';

const kind = (name: string, testTimeout: number) => ({
  plugins: [svelte({ configFile: false })],
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    globalSetup: 'tests/support/start-test-store.ts',
    testTimeout,
    hookTimeout: 60_000,
    // What a test waits for comes when it comes: a second, the default, is short on a busy machine.
    expect: { poll: { timeout: 5000 } },
  },
});

/** What shows that media flows, and what keeps it flowing: once more with the other media worker. */
const plain = kind('plain', 90_000);
plain.test.include = [
  'tests/server/{bit-rate,feeds,idle-connections,key-frame-storm,latency,lost-packets,malformed-media}.test.ts',
  'tests/server/{media,rising,shut-out,turn,worker-faults}.test.ts',
  'tests/browser/{honest-picture,recovery,streaming}.test.ts',
];
/** Fuzzers take all that there is, so they come after what measures. */
const worker = kind('worker', 120_000);
Object.assign(worker.test, { sequence: { groupOrder: 1 } });
/** It compiles for a quarter of an hour. */
const upstream = kind('upstream', 600_000);
Object.assign(upstream.test, { sequence: { groupOrder: 2 } });
const network = kind('network', 180_000);
const cluster = kind('cluster', 60_000);
/**
 * Those of several nodes that mostly wait, for leases to end and for what is gone to come back, and measure nothing that
 * another one could disturb: two at once, before the others.
 */
const waiting = kind('waiting', 60_000);
waiting.test.include = [
  'tests/cluster/{accounts,administration,redis,redis-outage,redis-tls,sentinel}.test.ts',
  'tests/cluster/{set-up,stood-still,full-nodes,tree}.test.ts',
];
Object.assign(cluster.test, {
  exclude: [...configDefaults.exclude, ...waiting.test.include],
  sequence: { groupOrder: 3 },
});
const gateway = kind('gateway', 60_000);
const long = kind('long', 7_200_000);
// What they measure must not depend on what else runs.
for (const { test } of [network, cluster, long]) Object.assign(test, { fileParallelism: false });

export default defineConfig({
  test: {
    projects: [
      kind('unit', 10_000),
      kind('server', 30_000),
      kind('browser', 90_000),
      kind('deployment', 90_000),
      worker,
      // Only when it is asked for, since its files are of other projects too.
      ...(process.argv.includes('--project=plain') ? [plain] : []),
      upstream,
      network,
      waiting,
      cluster,
      gateway,
      long,
    ],
    // Two browsers encoding video at once are what two cores hold.
    maxWorkers: 2,
  },
});
