/** What is refused over HTTP, and how: problem details (RFC 9457), by the contract's codes. */
import { STATUS_CODES } from 'node:http';
import { RefusedError, type ErrorCode } from '../contract/errors.ts';
import { usualStatus } from '../contract/http-status.ts';
import { HttpRefusal } from '../http-refusal.ts';
import type { Told } from './exchange.ts';

const statusOf: Partial<Record<ErrorCode, number>> = {
  ...usualStatus,
  'shut-out': 403,
  'bit-rate-exceeded': 403,
  'zone-occupied': 409,
  'masks-required': 409,
  'session-replaced': 409,
  'claim-expired': 409,
  'unsupported-media': 422,
};
/** Where nobody knows how long it takes, ms. */
const usualWait = 2000;

export function problemOf(error: RefusedError | HttpRefusal): Told {
  if (error instanceof HttpRefusal) {
    return told(error.status, error.message, undefined, error.headers);
  }
  const status = statusOf[error.code] ?? 400;
  return told(status, error.message, error.code, headersOf(error, status));
}

function headersOf(error: RefusedError, status: number): Record<string, string> {
  // RFC 6750 §3; a key that is wrong and none at all are not told apart.
  if (status === 401) return { 'WWW-Authenticate': 'Bearer realm="surveillance"' };
  if (status !== 429 && status !== 503) return {};
  const wait = error.retryAfter ?? usualWait;
  return { 'Retry-After': `${Math.max(1, Math.ceil(wait / 1000))}` };
}

function told(
  status: number,
  detail: string,
  code: ErrorCode | undefined,
  headers: Readonly<Record<string, string>>,
): Told {
  const problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Refused',
    status,
    detail,
    ...(code === undefined ? {} : { code }),
  };
  return {
    status,
    headers: { ...headers, 'Content-Type': 'application/problem+json' },
    body: JSON.stringify(problem),
  };
}
