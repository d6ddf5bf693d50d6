// The entry of `npm start`, `npm test` and the like. Plain JavaScript, since it runs before any
// package is there and the oldest supported Node cannot run TypeScript.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(project, 'node_modules/.setup-stamp');
const oldestNode = [20, 19];

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'])) {
  // The child decides when it is over; this process only follows it.
  process.on(signal, () => running?.kill(signal));
}

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<number>} its exit code, 128 when a signal ended it
 */
function run(program, args) {
  return new Promise((resolve, reject) => {
    running = spawn(program, args, { cwd: project, stdio: 'inherit' });
    running.once('error', reject);
    running.once('exit', (code) => resolve(code ?? 128));
  });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldestNode;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return;
  console.error(
    `Node ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}.`,
  );
  process.exit(1);
}

/** Installs the packages when there are none, or others than package-lock.json says. */
async function installPackages() {
  const lock = readFileSync(path.join(project, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('• packages: installing from the npm registry …');
  const begun = performance.now();
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--loglevel=error'];
  const code = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, ...args])
    : await run('npm', args);
  if (code !== 0) {
    console.error('The packages could not be installed: see the message of npm above.');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
  console.log(`✓ packages: installed  ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

checkNode();
await installPackages();
process.exitCode = await run(process.execPath, [
  '--import',
  'tsx',
  'deployment/setup/main.ts',
  ...process.argv.slice(2),
]);
