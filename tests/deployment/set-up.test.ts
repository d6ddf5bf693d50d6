/** What `npm start` and `npm test` do before anything is there, with a project as small as can be and real npm. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { cacheFolders, writableCache } from '../../deployment/setup/cache.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-set-up-'));
afterAll(() => rmSync(folder, { recursive: true }));

function place(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

for (const file of [
  'deployment/run.mjs',
  'deployment/setup/cache.mjs',
  'server/open-files.mjs',
  'server/own-gateway/memory.mjs',
]) {
  cpSync(path.join(projectFolder, file), path.join(folder, file));
}
place('deployment/setup/main.ts', '');
const version = '1.0.0';
place(
  'package.json',
  JSON.stringify({
    ...{ name: 'small', version, type: 'module' },
    scripts: { start: 'node deployment/run.mjs start', test: 'node deployment/run.mjs test' },
    dependencies: { tsx: 'file:packages/tsx' },
    devDependencies: { checker: 'file:packages/checker' },
  }),
);
place('packages/checker/package.json', JSON.stringify({ name: 'checker', version }));
place('packages/tsx/package.json', JSON.stringify({ name: 'tsx', version, main: 'index.cjs' }));
place(
  'packages/tsx/index.cjs',
  'console.log(`NODE_ENV ${process.env.NODE_ENV}`); process.exit(0);',
);

// As in a shell of production: its own NODE_ENV, npm told to leave development out, no home to write to.
const production = {
  ...process.env,
  ...{ NODE_ENV: 'production', npm_config_omit: 'dev', HOME: '/dev/null/home' },
  ...{ XDG_CACHE_HOME: '', npm_config_cache: undefined, npm_config_offline: 'true' },
};

function npm(...args: string[]) {
  const options = { cwd: folder, env: production, encoding: 'utf8', timeout: 60_000 } as const;
  const { status, stdout, stderr } = spawnSync('npm', args, options);
  return { status, output: stdout + stderr };
}

test('in a shell of production and without a home, `npm test` has what it needs, and `npm start` stays production', () => {
  const lock = npm(
    'install',
    '--package-lock-only',
    '--ignore-scripts',
    '--cache',
    `${folder}/npm`,
  );
  expect(lock.status, lock.output).toBe(0);
  const tested = npm('test');
  expect(tested.output).toContain('NODE_ENV undefined');
  expect(tested.status, tested.output).toBe(0);
  const checker = path.join(folder, 'node_modules/checker');
  expect(existsSync(checker)).toBe(true);
  // What was pruned for production is not missed by the server, but by the tests, which get it again.
  rmSync(checker);
  const served = npm('start');
  expect(served.output).toContain('NODE_ENV production');
  expect(served.output).not.toContain('installing');
  expect(npm('test').output).toContain('installing');
  expect(existsSync(checker)).toBe(true);
});

test('the cache is in the home, or in the project where there is no home to write to', () => {
  const home = path.join(folder, 'home');
  const named = path.join(home, '.cache/smart-city-surveillance');
  const own = path.join(projectFolder, '.cache');
  expect(cacheFolders({ HOME: home })).toEqual([named, own]);
  expect(writableCache({ HOME: home })).toBe(named);
  for (const nowhere of ['/dev/null/home', '/proc/nowhere']) {
    expect(writableCache({ HOME: nowhere })).toBe(own);
  }
  expect(writableCache({ HOME: home, XDG_CACHE_HOME: '/proc/nowhere' })).toBe(own);
});
