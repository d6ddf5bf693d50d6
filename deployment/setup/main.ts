/** Gets what a command needs, then becomes that command. */
import { ensureBrowser } from './browser.ts';
import { SetupError } from './progress.ts';
import { ensureWebApp } from './web.ts';
import { ensureWorker } from './worker.ts';

const server = '../../server/main.ts';
const commands: Record<string, { program: string; web: boolean; browser: boolean }> = {
  start: { program: server, web: true, browser: false },
  dev: { program: server, web: false, browser: false },
  test: { program: '../../tests/run.ts', web: true, browser: true },
  bench: { program: '../../tests/bench/run.ts', web: true, browser: true },
  screenshots: { program: '../../tests/screenshots.ts', web: true, browser: true },
};

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
try {
  if (!command) throw new SetupError(`The commands are ${Object.keys(commands).join(', ')}.`);
  const worker = await ensureWorker();
  process.env.MEDIASOUP_WORKER_BIN = worker.path;
  process.env.MEDIASOUP_WORKER_ORIGIN = `${worker.path} (${worker.origin})`;
  if (command.browser) process.env.CHROMIUM_BIN = await ensureBrowser();
  if (command.web) await ensureWebApp();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(1);
}
process.argv.splice(2, process.argv.length, ...args, ...(name === 'dev' ? ['--dev'] : []));
await import(command.program);
