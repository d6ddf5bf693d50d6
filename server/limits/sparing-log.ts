/** For lines that a client, or a store that is down, could cause without end. */
import type { Logger } from 'pino';
import { Budget } from './budget.ts';

/** Of one kind, in a minute: ten tell as much as a thousand. */
const mostLines = 10;
const lines = new Budget(mostLines, 60_000);

/** Logs, unless the same was said often just now; metrics count each. */
export function logSparingly(
  log: Logger,
  level: 'error' | 'warn',
  fields: Record<string, unknown>,
  message: string,
): void {
  if (lines.take(message)) log[level](fields, message);
}
