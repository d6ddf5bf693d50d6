/** What a run of tests comes to, from the report that vitest writes as JSON. */
import { z } from 'zod';

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) }),
  ),
});

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** By name. */
  readonly skipped: string[];
}

/** @throws ZodError when it is not such a report */
export function outcomeOf(json: string): Outcome {
  const { numPassedTests, numFailedTests, testResults } = Report.parse(JSON.parse(json));
  const skipped = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => ['skipped', 'pending', 'todo', 'disabled'].includes(status))
    .map(({ fullName }) => fullName);
  return { passed: numPassedTests, failed: numFailedTests, skipped };
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
