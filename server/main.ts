import { parseArgs } from 'node:util';
import { banner } from './banner.ts';
import { loadSettings } from './config.ts';
import { createLog } from './log.ts';
import { ServiceManager } from './service-manager.ts';
import { startService } from './service.ts';
import { StartupError } from './startup-error.ts';

async function main(): Promise<void> {
  const options = readArguments();
  const settings = loadSettings(process.env, options.config);
  const log = createLog(settings.log);
  const service = await startService(settings, log, options.dev);
  const { port, tls, setUpToken } = service;
  const facts = { settings, port, tls, setUpToken };
  const workerProgram = process.env.MEDIASOUP_WORKER_ORIGIN ?? "mediasoup's own";
  const workers = service.workerPids().length;
  process.stdout.write(`${banner({ ...facts, workers, workerProgram })}\n`);
  log.info({ port: service.port, workers: service.workerPids() }, 'server ready');
  const manager = new ServiceManager(process.env, log);
  // Workers are replaced one by one; with none left for a whole watchdog period, a restart is due.
  manager.ready(() => service.workerPids().length > 0);

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'server stopping');
    manager.stopping();
    // Nothing must hold the server up for good, whatever it is.
    setTimeout(() => {
      log.warn('server did not stop in time, and ends as it is');
      process.exit(0);
    }, 2500).unref();
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'server did not stop cleanly');
        process.exit(1);
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
      () => stop('SIGUSR2'),
      (error: unknown) => log.error({ err: error }, 'server did not drain'),
    );
  };
  process.on('SIGUSR2', drain);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function readArguments(): { config?: string | undefined; dev: boolean } {
  try {
    const { values } = parseArgs({
      options: { config: { type: 'string' }, dev: { type: 'boolean', default: false } },
    });
    return values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartupError(`${reason} The options are --config FILE and --dev.`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(
    error instanceof StartupError ? `${error.message}\n` : `${(error as Error).stack}\n`,
  );
  process.exit(1);
});
