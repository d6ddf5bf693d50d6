import { defineConfig } from 'vitest/config';

const kind = (name: string, testTimeout: number) => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: 60_000,
  },
});

export default defineConfig({
  test: {
    projects: [
      kind('unit', 10_000),
      kind('server', 30_000),
      kind('browser', 90_000),
      kind('deployment', 90_000),
    ],
    // Two browsers encoding video at once are what two cores hold.
    maxWorkers: 2,
  },
});
