/** As which status refusals are told over HTTP (RFC 9110 §15), wherever they can happen; each interface adds its own. */
import type { ErrorCode } from './errors.ts';

export const usualStatus = {
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  throttled: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Partial<Record<ErrorCode, number>>;
