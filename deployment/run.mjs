// The entry of `npm start`, `npm test` and the like. Plain JavaScript, since it runs before any
// package is there and the oldest supported Node cannot run TypeScript.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileTrouble } from '../server/open-files.mjs';
import { memoryArguments } from '../server/own-gateway/memory.mjs';
import { cacheFolders, writableCache } from './setup/cache.mjs';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(project, 'node_modules/.setup-stamp');
const oldestNode = [20, 19];
const parentCheck = 250; // ms
/** Commands that run with the packages of development too. */
const developing = [
  ...['dev', 'test', 'test:network', 'test:cluster', 'test:gateway'],
  ...['test:desk', 'test:encoders', 'test:worker', 'test:long'],
  ...['bench', 'screenshots'],
];
const command = process.argv[2] ?? '';

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
/** @type {NodeJS.Signals | undefined} */
let endedBy;

/** The child decides when it is over; this process only follows it. @param {NodeJS.Signals} signal */
function passOn(signal) {
  if (signal !== 'SIGUSR2') endedBy = signal;
  running?.kill(signal);
}
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'])) {
  process.on(signal, passOn);
}
// npm passes on SIGINT and SIGTERM only; of any other end of it nothing tells but a new parent.
const starter = process.ppid;
const starterCheck = setInterval(() => {
  if (process.ppid === starter) return;
  clearInterval(starterCheck);
  passOn('SIGTERM');
}, parentCheck).unref();
if (!process.env.npm_lifecycle_event) clearInterval(starterCheck);

/** @param {string} sentence @returns {never} */
function giveUp(sentence) {
  console.error(sentence);
  process.exit(1);
}

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit code, 128 and more when a signal ended it
 */
async function run(program, args, env = process.env) {
  const code = await new Promise((resolve) => {
    // By the channel the child notices when this process is killed and can pass nothing on.
    running = spawn(program, args, {
      cwd: project,
      env,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    running.once('error', ({ message }) => {
      giveUp(`${program} cannot be run (${message}). Is it installed, and in PATH?`);
    });
    running.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
    );
  });
  running = undefined;
  return code;
}

function checkMachine() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldestNode;
  if (major < oldMajor || (major === oldMajor && minor < oldMinor)) {
    giveUp(`Node ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
  const trouble = openFileTrouble(0);
  if (trouble) giveUp(trouble);
}

/** Whether everything that the command needs is there; `npm prune` may have taken some away. */
function isInstalled() {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(path.join(project, 'package.json'), 'utf8'),
  );
  const names = Object.keys({
    ...dependencies,
    ...(developing.includes(command) ? devDependencies : {}),
  });
  return names.every((name) => existsSync(path.join(project, 'node_modules', name)));
}

/** Installs the packages when some are missing, or others than package-lock.json says. */
async function installPackages() {
  const lock = readFileSync(path.join(project, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const made = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (made && isInstalled()) return;
  console.log('• packages: installing from the npm registry …');
  const begun = performance.now();
  const npm = process.env.npm_execpath;
  // Those of development too, whatever NODE_ENV and npm's own settings leave out: set-up stays one for all.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--loglevel=error'];
  const cache = writableCache();
  if (cache && cache !== cacheFolders()[0]) args.push(`--cache=${path.join(cache, 'npm')}`);
  const code = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, ...args])
    : await run('npm', args);
  if (code !== 0) giveUp('The packages could not be installed: see the message of npm above.');
  try {
    writeFileSync(stamp, wanted);
  } catch (error) {
    giveUp(`${stamp} cannot be written (${error instanceof Error ? error.message : error}).`);
  }
  console.log(`✓ packages: installed  ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

checkMachine();
await installPackages();
const env = { ...process.env };
// Tests and pages under development are not production, whatever the shell is set to.
if (developing.includes(command) && env.NODE_ENV === 'production') delete env.NODE_ENV;
process.exitCode = endedBy
  ? 128 + constants.signals[endedBy]
  : await run(
      process.execPath,
      [
        ...(command === 'gateway' ? memoryArguments : []),
        ...['--import', 'tsx', 'deployment/setup/main.ts', ...process.argv.slice(2)],
      ],
      env,
    );
