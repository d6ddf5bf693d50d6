import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Settings } from './config.ts';

/** The server's log, on standard output; one line per event worth knowing, never one per packet. */
export function createLog(settings: Settings['log']): Logger {
  const readable =
    settings.format === 'pretty' || (settings.format === 'auto' && process.stdout.isTTY);
  if (!readable) return pino({ level: settings.level });
  return pino({ level: settings.level }, pretty({ sync: true, ignore: 'pid,hostname' }));
}
