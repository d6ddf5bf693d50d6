/** The workflow files: well-formed, least rights, and no command of this project's that is not there. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectFolder } from '../../server/config.ts';
import { isPostgresAsked } from '../support/test-store.ts';

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<
    string,
    {
      readonly 'timeout-minutes': number;
      readonly env?: Record<string, string>;
      readonly strategy?: { matrix: Record<string, unknown[]> };
      readonly steps: readonly { uses?: string; run?: string }[];
    }
  >;
}

const folder = path.join(projectFolder, '.github/workflows');
const workflows = readdirSync(folder).map((name): [string, Workflow] => [
  name,
  parse(readFileSync(path.join(folder, name), 'utf8')) as Workflow,
]);
const { scripts, engines } = JSON.parse(
  readFileSync(path.join(projectFolder, 'package.json'), 'utf8'),
) as { scripts: Record<string, string>; engines: { node: string } };

test.each(workflows)(
  '%s runs commands that are there, with an end and least rights',
  (name, it) => {
    expect(it.permissions).toEqual({ contents: name === 'release.yml' ? 'write' : 'read' });
    for (const job of Object.values(it.jobs)) {
      expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
      for (const { uses, run } of job.steps) {
        expect(Boolean(uses) !== Boolean(run)).toBe(true);
        if (uses) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
        for (const [, script = ''] of (run ?? '').matchAll(/npm run (\$|\S+)/g)) {
          const asked = script === '$' ? job.strategy?.matrix.command : [script];
          expect(Object.keys(scripts)).toEqual(expect.arrayContaining(asked ?? ['a command']));
        }
      }
    }
  },
);

test('both media workers, both databases and the oldest Node that is supported are tested', () => {
  const oldest = Number(/>=(\d+)/.exec(engines.node)?.[1]);
  const suite = Object.fromEntries(workflows)['test.yml']?.jobs.suite;
  expect(suite?.strategy?.matrix).toMatchObject({
    worker: ['fast', 'plain'],
    store: ['sqlite', 'postgres'],
    node: expect.arrayContaining([oldest]) as number[],
  });
  expect(suite?.env).toEqual({
    SURVEILLANCE_MEDIA_WORKER: '${{ matrix.worker }}',
    TEST_STORE: '${{ matrix.store }}',
  });
  for (const store of ['sqlite', 'postgres']) {
    expect(isPostgresAsked({ TEST_STORE: store })).toBe(store === 'postgres');
  }
});

test('a release has the list of the whole product, and checksums', () => {
  const steps = Object.fromEntries(workflows)['release.yml']?.jobs.release?.steps ?? [];
  const made = steps.map(({ run }) => run ?? '').find((run) => run.includes('git archive')) ?? '';
  // npm's own list knows nothing of the media worker.
  expect(made).toMatch(/^npm run sbom\ncp dist\/sbom\.cdx\.json "release\/.*\.sbom\.cdx\.json"$/m);
  expect(made).toMatch(/sha256sum -- \* > SHA256SUMS/);
  expect(made.indexOf('npm run sbom')).toBeLessThan(made.indexOf('sha256sum'));
});
