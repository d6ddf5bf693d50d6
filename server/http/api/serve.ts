/** Serves the routes of the contract: checks the caller first, then the request; a handler gets what is valid. */
import type { Request, Response, Router } from 'express';
import type { z } from 'zod';
import type { Caller } from '../../access/caller.ts';
import { RefusedError } from '../../contract/errors.ts';
import type { Action } from '../../contract/policy.ts';
import { parse } from '../../contract/parse.ts';
import type { Answer, Asked, Route, Who } from '../../contract/route.ts';
import { callerIfAny, callerOf, demand } from '../caller.ts';

/** Asked without a sign-in; of addresses, the handler looks whether they are listed. */
type Unnamed = 'anyone' | 'listed-address';

/** Who asks, and how. */
export interface Exchange<R extends Route = Route> {
  readonly caller: R['who'] extends Unnamed ? Caller | undefined : Caller;
  readonly request: Request;
  readonly response: Response;
}

export type Handler<R extends Route> = (
  asked: Asked<R>,
  exchange: Exchange<R>,
) => Answer<R> | Promise<Answer<R>>;
type Group = Readonly<Record<string, Route>>;
/** One for each route of a group. */
export type Handlers<G extends Group> = { readonly [Name in keyof G]: Handler<G[Name]> };

/** What a route is to its handler is known where both are named; here they are any of them. */
type AnyHandler = (asked: Record<string, unknown>, exchange: object) => unknown;

export function serve<G extends Group>(router: Router, group: G, handlers: Handlers<G>): void {
  for (const [name, route] of Object.entries(group)) {
    const handle = handlers[name] as AnyHandler;
    const { method, path, who, answer, status } = route;
    const verb = method.toLowerCase() as Lowercase<Route['method']>;
    router[verb](path, async (request, response) => {
      const caller = admit(response, who);
      const asked = read(route, request);
      const { zone } = (asked.params ?? {}) as { zone?: string };
      if (asksPolicy(who) && zone !== undefined) demand(response, who, zone);
      const told = await handle(asked, { caller, request, response });
      if (status !== undefined) response.status(status);
      if (typeof answer !== 'string') response.json(told);
    });
  }
}

/** @throws RefusedError `unauthenticated` or `forbidden` */
function admit(response: Response, who: Who): Caller | undefined {
  if (who === 'anyone' || who === 'listed-address') return callerIfAny(response);
  if (asksPolicy(who)) return demand(response, who);
  const caller = callerOf(response);
  if (who === 'signed-in' || caller.principal.kind === 'person') return caller;
  throw new RefusedError('forbidden', 'Only people have an account.');
}

function asksPolicy(who: Who): who is Action | readonly Action[] {
  return typeof who !== 'string' || who.includes(':');
}

/** @throws RefusedError `invalid-request` naming the place */
function read({ params, query, body }: Route, request: Request): Record<string, unknown> {
  const part = (schema: z.ZodType | undefined, value: unknown): unknown =>
    schema && parse(schema, value, 'request');
  return {
    params: part(params, request.params),
    query: part(query, request.query),
    body: part(body, request.body),
  };
}
