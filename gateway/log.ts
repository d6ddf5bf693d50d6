/** The gateway's log: readable on a terminal, JSON for programs. */
import { pino, type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Config } from './config.ts';

/** On standard output; lines that nobody takes are dropped, so that a slow reader holds no picture up. */
export function createLog({ level, format }: Config['log']): Logger {
  const { stdout } = process;
  // Without a listener the end of its reader would end the process.
  stdout.on('error', () => {});
  const readable = format === 'pretty' || (format === 'auto' && stdout.isTTY);
  const prettify = readable
    ? prettyFactory({ ignore: 'pid,hostname', colorize: stdout.isTTY })
    : undefined;
  const write = (line: string): void => {
    if (stdout.writableLength < largestBacklog) stdout.write(prettify ? prettify(line) : line);
  };
  return pino({ level }, { write });
}

/** Bytes */
const largestBacklog = 1 << 20;
