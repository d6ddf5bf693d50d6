/** What the API refuses, and how: by the contract's codes. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Origins } from '../../access/origin.ts';
import { RefusedError, type ErrorCode } from '../../contract/errors.ts';
import { usualStatus } from '../../contract/http-status.ts';
import { planPictures } from '../../contract/plan.ts';
import { routes } from '../../contract/routes.ts';
import { logSparingly } from '../../limits/sparing-log.ts';

const statusOf: Partial<Record<ErrorCode, number>> = {
  ...usualStatus,
  'sign-in-failed': 401,
  'code-needed': 401,
  'name-taken': 409,
  'changed-meanwhile': 409,
  'last-administrator': 409,
};

const bodies = ['application/json', ...planPictures];

/** An answer of the single sign-on comes from its provider's page; a secret of its own protects it. */
const fromElsewhere = routes.entrance.finishSignOn.path;

/**
 * Refuses what a foreign page asks for: changes, secrets, and all that leaves a record. A body is JSON or a picture, which
 * no form of a foreign page can send.
 */
export function guardApi(origins: Origins): RequestHandler {
  return (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    if (request.path !== fromElsewhere) origins.demandOwn(request);
    const safe = request.method === 'GET' || request.method === 'HEAD';
    const empty = request.headers['content-length'] === '0';
    // It is null, and not false, where there is no body at all.
    if (!safe && !empty && request.is(bodies) === false) {
      throw new RefusedError('invalid-request', 'request: the body is to be JSON');
    }
    next();
  };
}

export function refuse(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const refusal = refusalOf(error, 'request: it cannot be read');
    if (refusal.code === 'internal') {
      const fields = { err: error, path: request.path };
      logSparingly(log, 'error', fields, 'a request could not be handled');
    }
    response.status(statusOf[refusal.code] ?? 400).json({ error: refusal.fault });
  };
}

/** @param unreadable in words, of what express itself refuses: a body that is too large, a path that cannot be decoded */
export function refusalOf(error: unknown, unreadable: string): RefusedError {
  if (error instanceof RefusedError) return error;
  const status = (error as { status?: unknown }).status;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new RefusedError('invalid-request', unreadable);
  }
  return new RefusedError('internal', 'The server failed at this; its log says why.');
}
