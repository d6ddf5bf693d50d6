/** mediasoup's own tests of its worker pass on the worker as it is patched and built here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { buildTests, needingData, runTests } from '../support/mediasoup-tests.ts';
import { testWith } from '../support/prerequisites.ts';

const test = testWith(['cmake', 'ninja', 'g++', 'pkg-config', 'patch', 'flatc'], {
  libraries: ['libuv', 'openssl'],
  headers: ['catch2/catch.hpp'],
});
/** One that finds fewer has not found them: 3.27.1 has 145 scenarios. */
const fewest = 140;
const kinds = process.arch === 'x64' ? (['plain', 'fast'] as const) : (['plain'] as const);
const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-mediasoup-tests-'));
const leftOut = needingData();
beforeAll(() => buildTests(folder, [...kinds]), 7_200_000);
afterAll(() => rmSync(folder, { recursive: true }));

for (const kind of kinds) {
  test(`all that need no file pass on ${kind}`, () => {
    const others = leftOut.map(({ scenario }) => `~${scenario}`);
    const { scenarios, assertions, failed } = runTests(folder, kind, others);
    expect(failed).toBeUndefined();
    expect(scenarios).toBeGreaterThan(fewest);
    console.log(`${kind}: ${scenarios} scenarios with ${assertions} assertions`);
  });

  test(`so do the sections that need none of scenarios that do, on ${kind}`, () => {
    let [sections, sum] = [0, 0];
    for (const { scenario, rest } of leftOut) {
      for (const section of rest) {
        const { assertions, failed } = runTests(folder, kind, [scenario, '-c', section]);
        expect(failed, section).toBeUndefined();
        sections += 1;
        sum += assertions;
      }
    }
    expect(sections).toBeGreaterThan(0);
    console.log(`${kind}: ${sections} sections more with ${sum} assertions`);
  });
}

test('what is left out is said', () => {
  const sections = leftOut.flatMap(({ sections }) => sections);
  expect(sections).not.toEqual([]);
  console.log(`left out, since test/data is not in the npm package: ${sections.join('; ')}`);
});
