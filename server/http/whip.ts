/** WHIP and WHEP over HTTP: what comes by express goes through their doors, and what is refused is told as they have it. */
import express, { Router, type ErrorRequestHandler, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import type { Gate } from '../access/caller.ts';
import { cameBy } from '../access/came-by.ts';
import { credentialsOf } from '../access/cookie.ts';
import type { Origins } from '../access/origin.ts';
import { RefusedError } from '../contract/errors.ts';
import { NodeId } from '../contract/node.ts';
import type { ResourceKind } from '../contract/whip.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import type { Told } from '../whip/exchange.ts';
import type { Whip } from '../whip/open-whip.ts';
import { HttpRefusal, problemOf } from '../whip/problem.ts';
import { largestDescription } from '../whip/sdp/description.ts';
import { refusalOf } from './api/refusals.ts';
import { clientOf } from './caller.ts';
import { exactPaths } from './paths.ts';

export interface WhipRouterParts {
  readonly whip: Whip;
  readonly gate: Gate;
  readonly origins: Origins;
}

/** What pages of other origins may ask and read; which origins that are, the settings say. */
const crossOrigin = {
  'Access-Control-Allow-Methods': 'POST, PATCH, DELETE, OPTIONS',
  // @eyevinn/whip-web-client says ETag for If-Match, and looks for PATCH among the methods.
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match, ETag',
  'Access-Control-Expose-Headers':
    'Location, Link, ETag, Accept-Post, Accept-Patch, Allow, Access-Control-Allow-Methods, Retry-After, WWW-Authenticate',
  'Access-Control-Max-Age': '600',
};

/** For everything below `/whip` and `/whep`. */
export function whipRouter({ whip, gate, origins }: WhipRouterParts): Router {
  const router = Router(exactPaths);
  for (const kind of ['whip', 'whep'] as const) {
    router.use(`/${kind}`, (request, response, next) => {
      response.setHeader('Cache-Control', 'no-store');
      response.vary('Origin');
      const isAllowed = allow(request, response, origins);
      // A browser is told by the missing headers; it says nothing of whose page it is else.
      if (request.method !== 'OPTIONS' && !isAllowed) origins.demandOwn(request);
      next();
    });
    router.all(
      [`/${kind}/:zone`, `/${kind}/:zone/:id`],
      express.raw({ type: () => true, limit: largestDescription }),
      async (request, response) => send(response, await answer(kind, request, { whip, gate })),
    );
  }
  router.use(['/whip', '/whep'], () => {
    throw new RefusedError('not-found', 'There is nothing of this name: ask for /whip/ZONE.');
  });
  return router;
}

/** For what is refused before and in it: under these paths alone. */
export function problems(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent || !isBelow(request.path)) return next(error);
    const refusal = problemIn(error);
    if (refusal instanceof RefusedError && refusal.code === 'internal') {
      const fields = { err: error, path: request.path.slice(0, 64) };
      logSparingly(log, 'error', fields, 'a request of WHIP or WHEP could not be handled');
    }
    send(response, problemOf(refusal));
  };
}

function isBelow(path: string): boolean {
  return /^\/wh[ie]p(\/|$)/.test(path);
}

/** @returns whether a page of this origin may ask */
function allow(request: Request, response: Response, origins: Origins): boolean {
  const { origin } = request.headers;
  if (origin === undefined || !origins.isOwn(request)) return false;
  response.setHeader('Access-Control-Allow-Origin', origin);
  for (const [name, value] of Object.entries(crossOrigin)) response.setHeader(name, value);
  return true;
}

async function answer(
  kind: ResourceKind,
  request: Request,
  { whip, gate }: Pick<WhipRouterParts, 'whip' | 'gate'>,
): Promise<Told> {
  const { zone, id } = request.params as { zone: string; id?: string };
  // A key alone: a page's cookie would let it film whatever its user may.
  const { key } = credentialsOf({ authorization: request.headers.authorization });
  const node = NodeId.safeParse(request.query.node);
  const { body } = request as { body: unknown };
  return whip.doors[kind].answer({
    ...{ method: request.method, zone, id, ...clientOf(request), via: cameBy(request) },
    node: node.success ? node.data : undefined,
    caller: request.method === 'OPTIONS' ? undefined : await gate.identify({ key }),
    header: (name) => request.get(name),
    body: Buffer.isBuffer(body) ? body.toString('utf8') : '',
  });
}

function send(response: Response, { status, headers, body }: Told): void {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // Not send(), which would add a tag and a charset of its own.
  response.end(body);
}

function problemIn(error: unknown): RefusedError | HttpRefusal {
  if (error instanceof HttpRefusal) return error;
  const status = (error as { status?: unknown }).status;
  if (status === 413)
    return new HttpRefusal(413, `The body is larger than ${largestDescription} bytes.`);
  if (status === 415)
    return new HttpRefusal(415, 'The body is encoded in a way that is not known.');
  return refusalOf(error, 'The request cannot be read.');
}
