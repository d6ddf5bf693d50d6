/** One run of the server: from its settings to an orderly end, whatever ends it. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { banner } from './banner.ts';
import { loadSettings } from './config.ts';
import { messageOf } from './contract/errors.ts';
import { createLog } from './log.ts';
import { LogOutput } from './log-output.ts';
import { openFileTrouble, roomForPeople } from './open-files.mjs';
import { ServiceManager } from './service-manager.ts';
import { startService, type Service } from './service.ts';
import { StartupError } from './startup-error.ts';
import { StoreError } from './store/failure.ts';

/** The longest that a stop may take, whatever holds it up; ms. */
const longestStop = 2500;
/** For the last lines of the log, where somebody reads them; ms. */
const longestFlush = 300;
/** A control room of 150 and 256 cameras, and as much again. */
const comfortable = 800;

const output = new LogOutput();

async function main(): Promise<void> {
  const options = readArguments();
  const settings = loadSettings(process.env, options.config);
  const log = createLog(settings.log, output);
  checkOpenFiles(settings.media.workers || availableParallelism(), log);
  const service = await startService(settings, log, options.dev);
  const { port, tls, setUpToken } = service;
  const facts = { settings, port, tls, setUpToken };
  const { workerProgram } = service;
  const workers = service.workerPids().length;
  output.write(`${banner({ ...facts, workers, workerProgram })}\n`);
  log.info({ port: service.port, workers: service.workerPids() }, 'server ready');
  const manager = new ServiceManager(process.env, log);
  // Workers are replaced one by one; with none left for a whole watchdog period, a restart is due.
  manager.ready(() => service.workerPids().length > 0);
  endInOrder(service, manager, log);
}

/** @throws StartupError where there are too few for these settings */
function checkOpenFiles(workers: number, log: Logger): void {
  const trouble = openFileTrouble(workers);
  if (trouble) throw new StartupError(trouble);
  const room = roomForPeople(workers);
  if (room < comfortable) {
    log.warn({ room }, 'few files may be open: about so many people and cameras can be connected');
  }
}

function endInOrder(service: Service, manager: ServiceManager, log: Logger): void {
  let stopping = false;
  const stop = (reason: object, exitCode = 0): void => {
    if (stopping) return;
    stopping = true;
    log.info(reason, 'server stopping');
    manager.stopping();
    setTimeout(() => {
      log.warn('server did not stop in time, and ends as it is');
      void end(exitCode);
    }, longestStop).unref();
    service.stop().then(
      () => end(exitCode),
      (error: unknown) => {
        log.error({ err: error }, 'server did not stop cleanly');
        void end(1);
      },
    );
  };
  let draining = false;
  const drain = (): void => {
    if (stopping || draining) return;
    draining = true;
    log.info('server draining');
    manager.draining();
    service.drain().then(
      () => stop({ signal: 'SIGUSR2' }),
      (error: unknown) => log.error({ err: error }, 'server did not drain'),
    );
  };
  process.on('SIGUSR2', drain);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => stop({ signal }));
  }
  // A fault of ours: what it left half done nobody knows, so the server ends, and is started again.
  const fail = (error: unknown): void => {
    log.fatal({ err: error }, 'unexpected error; the server ends');
    stop({ reason: 'unexpected error' }, 1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}

async function end(exitCode: number): Promise<never> {
  await output.flush(longestFlush);
  process.exit(exitCode);
}

function readArguments(): { config?: string | undefined; dev: boolean } {
  try {
    const { values } = parseArgs({
      options: { config: { type: 'string' }, dev: { type: 'boolean', default: false } },
    });
    return values;
  } catch (error) {
    const reason = messageOf(error);
    throw new StartupError(`${reason} The options are --config FILE and --dev.`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(
    error instanceof StartupError || error instanceof StoreError
      ? `${error.message}\n`
      : `The server could not start: ${(error as Error).stack}\n`,
  );
  process.exit(1);
});
