/** The media worker is not built by halves: whatever does not fit together is an error that says what to do. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { packageFolder, recipeFolder } from '../../deployment/setup/worker-build.ts';
import { testWith } from '../support/prerequisites.ts';

const test = testWith(['cmake', 'ninja', 'g++', 'pkg-config', 'patch', 'flatc']);
const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-recipe-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Configures a copy of the recipe that was altered. */
function configure(alter: (recipe: string) => string | void) {
  const recipe = path.join(folder, 'recipe');
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  cpSync(recipeFolder, recipe, { recursive: true });
  const source = alter(recipe) ?? path.join(packageFolder, 'worker');
  const build = path.join(folder, 'build');
  const args = ['-G', 'Ninja', '-S', recipe, '-B', build, `-DWORKER_SOURCE=${source}`];
  const { status, stderr } = spawnSync('cmake', args, { encoding: 'utf8' });
  return { status, said: stderr.replaceAll(/\s+/g, ' ') };
}

function edit(file: string, from: string | RegExp, to: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}

test('as it is, it fits', () => {
  expect(configure(() => {}).status).toBe(0);
});

const altered: Record<string, [alter: (recipe: string) => string | void, said: RegExp]> = {
  'another version of mediasoup': [
    (recipe) => {
      const other = path.join(recipe, '../mediasoup');
      mkdirSync(path.join(other, 'worker/src'), { recursive: true });
      writeFileSync(path.join(other, 'package.json'), '{"version":"9.9.9"}');
      writeFileSync(path.join(other, 'worker/src/main.cpp'), '');
      return path.join(other, 'worker');
    },
    /mediasoup 9\.9\.9 is installed, and the patches of its worker are for/,
  ],
  'a file that is another than the patch is for': [
    (recipe) =>
      edit(path.join(recipe, 'sources.sha256'), /^\w{8}(\w+ {2}src\/main)/m, '00000000$1'),
    /src\/main\.cpp of this mediasoup is not the one that its patch is for/,
  ],
  'a file that is missing': [
    (recipe) =>
      appendFileSync(path.join(recipe, 'sources.sha256'), `${'0'.repeat(64)}  src/Gone.cpp\n`),
    /src\/Gone\.cpp is not in this mediasoup/,
  ],
  'a patch for no file': [
    (recipe) => writeFileSync(path.join(recipe, 'fast/Unused.cpp.patch'), ''),
    /Unused\.cpp\.patch is for no file/,
  ],
  'a file without its patch': [
    (recipe) => rmSync(path.join(recipe, 'patches/main.cpp.patch')),
    /names src\/main\.cpp, and there is no patch for it/,
  ],
  'a patch that does not apply': [
    (recipe) =>
      edit(
        path.join(recipe, 'fast/DepLibSRTP.cpp.patch'),
        /^ #include "Logger/m,
        ' #include "Lagger',
      ),
    /DepLibSRTP\.cpp\.patch does not apply/,
  ],
};

for (const [name, [alter, said]] of Object.entries(altered)) {
  test(`${name} is refused`, () => {
    const outcome = configure(alter);
    expect(outcome.status).not.toBe(0);
    expect(outcome.said).toMatch(said);
  });
}
