/** One log for all parts: readable on a terminal, JSON for programs. */
import { pino, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Settings } from './config.ts';
import type { LogOutput } from './log-output.ts';

/** The server's log, on standard output; one line per event worth knowing, never one per packet. */
export function createLog(settings: Settings['log'], output: LogOutput): Logger {
  const readable =
    settings.format === 'pretty' || (settings.format === 'auto' && process.stdout.isTTY);
  const colorize = process.stdout.isTTY;
  const prettify = readable ? prettyFactory({ ignore: 'pid,hostname', colorize }) : undefined;
  const write = (line: string): void => output.write(prettify ? prettify(line) : line);
  const log = pino({ level: settings.level }, { write });
  output.onResumed = (dropped) =>
    log.warn({ dropped }, 'log lines were dropped, since standard output took no more');
  return log;
}
