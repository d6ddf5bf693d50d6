/** WHIP and WHEP over HTTP: what comes by express goes through their doors, and what is refused is told as they have it. */
import express, { Router, type ErrorRequestHandler, type Request } from 'express';
import type { Logger } from 'pino';
import type { Gate } from '../access/caller.ts';
import { cameBy } from '../access/came-by.ts';
import { credentialsOf } from '../access/cookie.ts';
import type { Origins } from '../access/origin.ts';
import { RefusedError } from '../contract/errors.ts';
import { NodeId } from '../contract/node.ts';
import type { ResourceKind } from '../contract/whip.ts';
import { HttpRefusal } from '../http-refusal.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import type { Told } from '../whip/exchange.ts';
import type { Whip } from '../whip/open-whip.ts';
import { problemOf } from '../whip/problem.ts';
import { largestDescription } from '../whip/sdp/description.ts';
import { refusalOf } from './api/refusals.ts';
import { clientOf } from './caller.ts';
import { isDoor } from './cross-origin.ts';
import { exactPaths } from './paths.ts';
import { tell } from './tell.ts';

export interface WhipRouterParts {
  readonly whip: Whip;
  readonly gate: Gate;
  readonly origins: Origins;
}

/** For everything below `/whip` and `/whep`. */
export function whipRouter({ whip, gate, origins }: WhipRouterParts): Router {
  const router = Router(exactPaths);
  for (const kind of ['whip', 'whep'] as const) {
    router.use(`/${kind}`, (request, _response, next) => {
      // A browser is told by the missing headers (cross-origin.ts); it says nothing of whose page it is else.
      if (request.method !== 'OPTIONS') origins.demandOwn(request);
      next();
    });
    router.all(
      [`/${kind}/:zone`, `/${kind}/:zone/:id`],
      express.raw({ type: () => true, limit: largestDescription }),
      async (request, response) => tell(response, await answer(kind, request, { whip, gate })),
    );
  }
  router.use(['/whip', '/whep'], () => {
    throw new RefusedError('not-found', 'There is nothing of this name: ask for /whip/ZONE.');
  });
  return router;
}

/** For what is refused in it, and by whoever looks at requests before: under these paths alone. */
export function problems(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent || !isDoor(request.path)) return next(error);
    const refusal = problemIn(error);
    if (refusal instanceof RefusedError && refusal.code === 'internal') {
      const fields = { err: error, path: request.path.slice(0, 64) };
      logSparingly(log, 'error', fields, 'a request of WHIP or WHEP could not be handled');
    }
    tell(response, problemOf(refusal));
  };
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
    accepts: (type) => request.accepts(type) !== false,
    header: (name) => request.get(name),
    body: Buffer.isBuffer(body) ? body.toString('utf8') : '',
  });
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
