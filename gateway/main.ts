/** The gateway's entry: its file, and an orderly end whatever ends it. */
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { messageOf } from '../server/contract/errors.ts';
import { ConfigError, loadConfig, parseConfig, type Config } from './config.ts';
import { createLog } from './log.ts';
import { startProgram, type Program } from './program.ts';
import { readSupervisor } from './supervisor.ts';

/** The longest that a stop may take, whatever holds it up; ms. */
const longestStop = 4500;

async function main(): Promise<void> {
  const { file, supervised } = readArguments();
  const warnings: string[] = [];
  const supervisor = supervised ? await readSupervisor() : undefined;
  const config: Config = supervisor
    ? parseConfig(supervisor.config, process.cwd())
    : loadConfig(file, (sentence) => void warnings.push(sentence));
  const log = createLog(config.log);
  for (const sentence of warnings) log.warn(sentence);
  const program = await startProgram(config, log);
  const stop = endInOrder(program, log);
  // Whoever has started it is gone, in whatever way.
  void supervisor?.gone.then(() => stop({ reason: 'the server is gone' }));
}

function endInOrder(program: Program, log: Logger): (reason: object, exitCode?: number) => void {
  let stopping = false;
  const stop = (reason: object, exitCode = 0): void => {
    if (stopping) return;
    stopping = true;
    log.info(reason, 'gateway stopping');
    const end = (code: number): void => {
      process.exitCode = code;
      // What is still open would hold it: sockets of a library that do not end by themselves.
      setTimeout(() => process.exit(code), 50);
    };
    setTimeout(() => {
      log.warn('gateway did not stop in time, and ends as it is');
      end(exitCode);
    }, longestStop).unref();
    program.stop().then(
      () => end(exitCode),
      (error: unknown) => {
        log.error({ err: error }, 'gateway did not stop cleanly');
        end(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => stop({ signal }));
  }
  // One camera's fault is that camera's. Of any other nobody knows what it left half done: it ends, and is started again.
  const fail = (error: unknown): void => {
    if (program.blame(error)) return;
    log.fatal({ err: error }, 'unexpected error; the gateway ends');
    stop({ reason: 'unexpected error' }, 1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  return stop;
}

function readArguments(): { file: string; supervised: boolean } {
  let values: { config?: string; supervised?: boolean };
  try {
    const options = { config: { type: 'string' }, supervised: { type: 'boolean' } } as const;
    ({ values } = parseArgs({ options }));
  } catch (error) {
    throw new ConfigError(`${messageOf(error)} The option is --config FILE.`);
  }
  const { config: file, supervised = false } = values;
  if (file !== undefined || supervised) return { file: file ?? '', supervised };
  throw new ConfigError(
    'Which file? npm run gateway -- --config FILE; config/gateway.yaml is an example.',
  );
}

main().catch((error: unknown) => {
  process.stderr.write(
    error instanceof ConfigError
      ? `${error.message}\n`
      : `The gateway could not start: ${(error as Error).stack}\n`,
  );
  process.exit(1);
});
