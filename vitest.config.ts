import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const kind = (name: string, testTimeout: number) => ({
  plugins: [svelte({ configFile: false })],
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: 60_000,
    // What a test waits for comes when it comes: a second, the default, is short on a busy machine.
    expect: { poll: { timeout: 5000 } },
  },
});

const network = kind('network', 180_000);
const long = kind('long', 7_200_000);
// What they measure must not depend on what else runs.
for (const { test } of [network, long]) Object.assign(test, { fileParallelism: false });

export default defineConfig({
  test: {
    projects: [
      kind('unit', 10_000),
      kind('server', 30_000),
      kind('browser', 90_000),
      kind('deployment', 90_000),
      network,
      long,
    ],
    // Two browsers encoding video at once are what two cores hold.
    maxWorkers: 2,
  },
});
