/** What a run of tests comes to, from the report that vitest writes as JSON. */
import { z } from 'zod';

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          /** Of each try. */
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
});

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** By name. */
  readonly skipped: string[];
  /** Those that failed first and passed then, with what failed. */
  readonly retried: string[];
}

/** @throws ZodError when it is not such a report */
export function outcomeOf(json: string): Outcome {
  const { numPassedTests, numFailedTests, testResults } = Report.parse(JSON.parse(json));
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const skipped = all
    .filter(({ status }) => ['skipped', 'pending', 'todo', 'disabled'].includes(status))
    .map(({ fullName }) => fullName);
  const retried = all
    .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
    .map(({ fullName, failureMessages: [first = ''] }) => `${fullName}: ${first.split('\n')[0]}`);
  return { passed: numPassedTests, failed: numFailedTests, skipped, retried };
}

/**
 * Whether a skipped test is a fault: where nobody watches (`CI` is set), a test that cannot run would otherwise be
 * missed for ever. Asked for by name, all others are left out on purpose.
 * @param args for vitest
 */
export function mustNotSkip(env: NodeJS.ProcessEnv, args: readonly string[]): boolean {
  const byName = args.some((arg) =>
    /^(-t|--testNamePattern|-t=.*|--testNamePattern=.*)$/.test(arg),
  );
  const automatic = env.CI !== undefined && !['', '0', 'false'].includes(env.CI);
  return automatic && !byName;
}
