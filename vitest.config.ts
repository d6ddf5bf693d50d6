import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const kind = (name: string, testTimeout: number) => ({
  plugins: [svelte({ configFile: false })],
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: 60_000,
  },
});

const network = kind('network', 180_000);
// What they measure must not depend on what else runs.
Object.assign(network.test, { fileParallelism: false });

export default defineConfig({
  test: {
    projects: [
      kind('unit', 10_000),
      kind('server', 30_000),
      kind('browser', 90_000),
      kind('deployment', 90_000),
      network,
    ],
    // Two browsers encoding video at once are what two cores hold.
    maxWorkers: 2,
  },
});
