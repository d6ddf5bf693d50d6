/** mediasoup's own tests of its worker, built with Debian's Catch2 on the worker as it is built here. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder, type BuiltKind } from '../../deployment/setup/worker-build.ts';
import { projectFolder } from '../../server/config.ts';

const worker = path.join(packageFolder, 'worker');

/** What one run of a program says. */
export interface Counted {
  readonly scenarios: number;
  readonly assertions: number;
  /** Its report, when not all passed. */
  readonly failed: string | undefined;
}

/** Sections of a scenario that need a file which the npm package does not have. */
export interface LeftOut {
  readonly scenario: string;
  readonly sections: string[];
  /** The others of the scenario, to be run one by one. */
  readonly rest: string[];
}

/** Into a folder of its own. Takes a quarter of an hour on 2 cores. */
export function buildTests(folder: string, kinds: BuiltKind[]): void {
  const source = path.join(projectFolder, 'tests/support/mediasoup-tests');
  const options = ['-G', 'Ninja', '-S', source, '-B', folder, `-DWORKER_SOURCE=${worker}`];
  execFileSync('cmake', options, { stdio: 'pipe' });
  const targets = kinds.map((kind) => `tests-${kind}`);
  // It says nothing but what does not compile.
  execFileSync('ninja', ['--quiet', '-C', folder, ...targets], { stdio: 'inherit' });
}

/** Looks into the sources for what reads a file of test/data, which is in mediasoup's repository alone. */
export function needingData(): LeftOut[] {
  const sources = path.join(worker, 'test/src');
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.cpp') && !name.endsWith('testHelpers.cpp'))
    .map((name) => readFileSync(path.join(sources, name), 'utf8'))
    .filter((text) => text.includes('readBinaryFile('))
    .map((text) => {
      const [, scenario = ''] = /^SCENARIO\("([^"]+)"/m.exec(text) ?? [];
      const parts = text.split(/^\tSECTION\("/m).slice(1);
      const named = parts.map((part) => ({
        name: part.slice(0, part.indexOf('"')),
        needs: part.includes('readBinaryFile('),
      }));
      return {
        scenario: `Scenario: ${scenario}`,
        sections: named.filter(({ needs }) => needs).map(({ name }) => name),
        rest: named.filter(({ needs }) => !needs).map(({ name }) => name),
      };
    });
}

/** @param selected Catch2's own arguments: names of tests, `-c SECTION` */
export function runTests(folder: string, kind: BuiltKind, selected: string[]): Counted {
  const program = path.join(folder, `tests-${kind}`);
  const { stdout, stderr, status } = spawnSync(program, ['--reporter', 'compact', ...selected], {
    cwd: worker,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const sum = /^Passed (?:all |both )?(\d+) test cases? with (?:both )?(\d+) assertions?\.$/m;
  const [, scenarios = 0, assertions = 0] = sum.exec(stdout) ?? [];
  const all = status === 0 && scenarios !== 0;
  const failed = all ? undefined : `${stdout}${stderr}`.slice(-20_000);
  return { scenarios: Number(scenarios), assertions: Number(assertions), failed };
}
