/** Who is asked before sudo: Debian's own set-up, as another user, with a sudo that writes down what it was to do. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { testWith } from '../support/prerequisites.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-sudo-'));
const done = path.join(folder, 'done');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(done, { force: true }));

function program(name: string, text: string): void {
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}
chmodSync(folder, 0o777);
program('sudo', `[ "$2" = true ] || echo "$@" >>${done}`);
program('dpkg-query', 'exit 1');
const bundle = path.join(folder, 'install.mjs');
const source = path.join(projectFolder, 'deployment/setup/debian.ts');
execFileSync(path.join(projectFolder, 'node_modules/.bin/esbuild'), [
  ...[source, '--bundle', '--platform=node', '--format=esm', `--outfile=${folder}/debian.mjs`],
]);
writeFileSync(
  bundle,
  `import { ensureDebianPackages } from './debian.mjs';
  await ensureDebianPackages(['nowhere'], 'This test').catch((error) => console.log(error.message));`,
);

/** @param answer typed at a terminal; undefined where there is none */
function install(answer?: string, CI = ''): { output: string; sudo: string } {
  const command = `${process.execPath} ${bundle}`;
  const asOther = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const args =
    answer === undefined ? ['sh', '-c', command] : ['script', '-qec', command, '/dev/null'];
  const { stdout } = spawnSync('setpriv', [...asOther, ...args], {
    cwd: folder,
    env: { ...process.env, CI, PATH: `${folder}:${process.env.PATH}`, HOME: folder },
    input: answer === undefined ? '' : `${answer}\n`,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { output: stdout, sudo: existsSync(done) ? readFileSync(done, 'utf8') : '' };
}

const testAsOther = testWith(['setpriv', 'script']);

testAsOther('at a terminal, nothing is done by sudo until somebody has agreed', () => {
  const refused = install('n');
  expect(refused.output).toContain('Install them with sudo? [y/N]');
  expect(refused.output).toContain('Install them and try again: sudo apt-get install nowhere');
  expect(refused.sudo).toBe('');
  const agreed = install('y');
  expect(agreed.output).toContain('Debian packages: nowhere');
  expect(agreed.sudo).toContain('install -y --no-install-recommends nowhere');
});

testAsOther(
  'without a terminal, and in CI, nobody is asked: it goes on where sudo needs no password',
  () => {
    for (const went of [install(), install('n', 'true')]) {
      expect(went.output).not.toContain('[y/N]');
      expect(went.sudo).toContain('install -y --no-install-recommends nowhere');
    }
    program('sudo', 'exit 1');
    expect(install().output).toContain('try again: sudo apt-get install nowhere');
  },
);
