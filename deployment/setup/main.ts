/** Gets what a command needs, then becomes that command. */
import { loadSettings } from '../../server/config.ts';
import { StartupError } from '../../server/startup-error.ts';
import { ensureBrowser } from './browser.ts';
import { SetupError } from './progress.ts';
import { offerTestPackages, type TestPackages } from './test-packages.ts';
import { ensureWebApp } from './web.ts';
import { ensureWorker, type WorkerChoice } from './worker.ts';

const server = '../../server/main.ts';
interface Command {
  readonly program: string;
  /** What it gets before its own arguments. */
  readonly args?: string[];
  /** Which media worker it needs, when not the one that the settings choose. */
  readonly worker?: false | 'fast' | 'plain';
  readonly web: boolean;
  readonly browser: boolean;
  readonly testPackages?: TestPackages;
}
const tests = { program: '../../tests/run.ts', worker: 'fast', web: true, browser: true } as const;
const onStore = { worker: false, web: false, browser: false } as const;
const commands: Record<string, Command> = {
  start: { program: server, web: true, browser: false },
  gateway: { program: '../../gateway/main.ts', worker: false, web: false, browser: false },
  dev: { program: server, args: ['--dev'], web: false, browser: false },
  bundle: { program: './bundle.ts', web: true, browser: false },
  sbom: { program: './write-sbom.ts', web: false, browser: false },
  test: { ...tests, testPackages: 'usual' },
  'test:network': { ...tests, args: ['--network'], testPackages: 'network' },
  'test:cluster': { ...tests, args: ['--cluster'], testPackages: 'cluster' },
  'test:gateway': { ...tests, args: ['--gateway'], testPackages: 'gateway' },
  'test:desk': { ...tests, args: ['--desk'], testPackages: 'usual' },
  'test:encoders': { ...tests, args: ['--encoders'], testPackages: 'encoders' },
  'test:worker': { ...tests, args: ['--worker'], worker: 'plain', testPackages: 'worker' },
  'test:long': { ...tests, args: ['--long'], testPackages: 'network' },
  bench: { program: '../../tests/bench/run.ts', web: true, browser: true },
  screenshots: { program: '../../tests/screenshots.ts', web: true, browser: true },
  'access:recover': { ...onStore, program: '../../server/commands/access-recover.ts' },
  'audit:clock': { ...onStore, program: '../../server/commands/audit-clock.ts' },
  'audit:verify': { ...onStore, program: '../../server/commands/audit-verify.ts' },
  backup: { ...onStore, program: '../../server/commands/backup.ts' },
};

// Killed outright, the process that runs this one passes nothing on: then its channel closes.
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
try {
  if (!command) throw new SetupError(`The commands are ${Object.keys(commands).join(', ')}.`);
  if (command.worker !== false) {
    const worker = await ensureWorker(chooseWorker(command.worker, args));
    process.env.MEDIASOUP_WORKER_BIN = worker.path;
    process.env.MEDIASOUP_WORKER_ORIGIN = `${worker.path} (${worker.origin})`;
  }
  if (command.browser) process.env.CHROMIUM_BIN = await ensureBrowser();
  if (command.web) await ensureWebApp();
  if (command.testPackages) {
    const all = command.testPackages === 'worker' && args.includes('--all');
    await offerTestPackages(all ? 'upstream' : command.testPackages);
  }
} catch (error) {
  console.error(reasonOf(error));
  process.exit(1);
}
process.argv.splice(2, process.argv.length, ...(command.args ?? []), ...args);
await import(command.program);

/** @param needed by the command; a server that it starts is told so, and looks whether it is */
function chooseWorker(needed: 'fast' | 'plain' | undefined, args: string[]): WorkerChoice {
  if (process.env.MEDIASOUP_WORKER_BIN === undefined && needed) {
    process.env.SURVEILLANCE_MEDIA_WORKER ??= needed;
  }
  const config = args[args.indexOf('--config') + 1];
  return loadSettings(process.env, args.includes('--config') ? config : undefined).media.worker;
}

/** One sentence for what people can mend; anything else is a fault of ours, with its stack. */
function reasonOf(error: unknown): string {
  if (error instanceof SetupError || error instanceof StartupError) return error.message;
  const { code = '', path, message, stack } = error as NodeJS.ErrnoException;
  return ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(code)
    ? `Set-up cannot write ${path ?? 'a file'}: ${message}. Let this user write there, or make room.`
    : (stack ?? message);
}
