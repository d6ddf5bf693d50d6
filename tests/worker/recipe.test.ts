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
import { afterAll, describe, expect } from 'vitest';
import { packageFolder, recipeFolder } from '../../deployment/setup/worker-build.ts';
import { testWith } from '../support/prerequisites.ts';

const test = testWith(['cmake', 'ninja', 'g++', 'pkg-config', 'patch', 'flatc']);
const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-recipe-'));
afterAll(() => rmSync(folder, { recursive: true }));

const build = path.join(folder, 'build');

/** Configures a copy of the recipe that was altered. @param again in the folder of the build before */
function configure(alter: (recipe: string) => string | void, again = false) {
  const recipe = path.join(folder, 'recipe');
  rmSync(again ? recipe : folder, { recursive: true });
  mkdirSync(folder, { recursive: true });
  cpSync(recipeFolder, recipe, { recursive: true });
  const source = alter(recipe) ?? path.join(packageFolder, 'worker');
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

describe("mediasoup's own header is found nowhere in place of a mended one:", () => {
  const header = 'include/RTC/RtpListener.hpp';
  const without = (recipe: string): void => {
    rmSync(path.join(recipe, 'patches/RtpListener.hpp.patch'));
    edit(path.join(recipe, 'sources.sha256'), new RegExp(`^\\w+ {2}${header}\\n`, 'm'), '');
  };
  const found = (): string => readFileSync(path.join(build, 'mended', header), 'utf8');

  test('no file is compiled with a folder of headers in the package', () => {
    expect(configure(() => {}).status).toBe(0);
    const args = ['-C', build, '-t', 'commands', 'plain'];
    const { stdout } = spawnSync('ninja', args, { encoding: 'utf8', maxBuffer: 1e8 });
    expect(stdout).toContain(`-I${path.join(build, 'mended/include')}`);
    expect(stdout).not.toContain(path.join(packageFolder, 'worker/include'));
  });

  test('in a folder that is built in again, one that gets a patch is another file at the same path, and so when that is gone', () => {
    const own = readFileSync(path.join(packageFolder, 'worker', header), 'utf8');
    expect(configure(without).status).toBe(0);
    expect(found()).toBe(own);
    expect(configure(() => {}, true).status).toBe(0);
    expect(found()).toContain('surveillance::');
    expect(configure(without, true).status).toBe(0);
    expect(found()).toBe(own);
  });
});
