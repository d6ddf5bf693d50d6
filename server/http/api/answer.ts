/** How the API reads and refuses: bodies by their schema, refusals by the contract's codes. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { addressKey } from '../../access/address-key.ts';
import { originAllowed } from '../../access/origin.ts';
import type { Throttle } from '../../access/throttle.ts';
import { RefusedError, type ErrorCode } from '../../contract/errors.ts';
import { parse as parseAs } from '../../contract/parse.ts';
import { clientOf } from '../caller.ts';

const statusOf: Partial<Record<ErrorCode, number>> = {
  unauthenticated: 401,
  'sign-in-failed': 401,
  'code-needed': 401,
  forbidden: 403,
  'not-found': 404,
  'name-taken': 409,
  'last-administrator': 409,
  throttled: 429,
  internal: 500,
  unavailable: 503,
};

/** @throws RefusedError `invalid-request` naming the place */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  return parseAs(schema, value, 'request');
}

/** Lets nothing change at the wish of another site's page, and nobody ask without end. */
export function guardApi(allowedOrigins: readonly string[], requests: Throttle): RequestHandler {
  return async (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    await requests.take(addressKey(clientOf(request).address));
    const { origin, host } = request.headers;
    const safe = request.method === 'GET' || request.method === 'HEAD';
    const foreign =
      !originAllowed(origin, host, allowedOrigins) ||
      // Where a browser hides the origin, it still says that it is another one (Fetch Metadata).
      (origin === undefined && request.headers['sec-fetch-site'] === 'cross-site');
    if (!safe && foreign) {
      throw new RefusedError('forbidden', 'Only pages of this server may ask for a change.');
    }
    const empty = request.headers['content-length'] === '0';
    // It is null, and not false, where there is no body at all.
    if (!safe && !empty && request.is('application/json') === false) {
      throw new RefusedError('invalid-request', 'request: the body is to be JSON');
    }
    next();
  };
}

export function refuse(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const refusal = refusalOf(error);
    if (refusal.code === 'internal') {
      log.error({ err: error, path: request.path }, 'a request could not be handled');
    }
    response
      .status(statusOf[refusal.code] ?? 400)
      .json({ error: { code: refusal.code, message: refusal.message } });
  };
}

function refusalOf(error: unknown): RefusedError {
  if (error instanceof RefusedError) return error;
  // What express itself refuses: a body that is no JSON or too large, a path that cannot be decoded.
  const status = (error as { status?: unknown }).status;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new RefusedError('invalid-request', 'request: it cannot be read');
  }
  return new RefusedError('internal', 'The server failed at this; its log says why.');
}
