/** Who sends a request, for the handlers that come after. */
import type { Request, RequestHandler, Response } from 'express';
import { credentialsOf, readCookie, type Cookies } from '../access/cookie.ts';
import { actorOf, type By, type Caller, type Client, type Gate } from '../access/caller.ts';
import { may, type Action } from '../contract/policy.ts';
import { RefusedError } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';

/** Looks who it is, once per request. */
export function identifyCaller(gate: Gate): RequestHandler {
  return async (request, response, next) => {
    response.locals.caller = await gate.identify(credentialsOf(request.headers));
    next();
  };
}

export function callerIfAny(response: Response): Caller | undefined {
  return response.locals.caller as Caller | undefined;
}

/** @throws RefusedError `unauthenticated` */
export function callerOf(response: Response): Caller {
  const caller = callerIfAny(response);
  if (!caller) throw new RefusedError('unauthenticated', 'Sign in to go on.');
  return caller;
}

/** @param actions any of which will do @throws RefusedError `unauthenticated` or `forbidden` */
export function demand(
  response: Response,
  actions: Action | readonly Action[],
  zone?: ZoneId,
): Caller {
  const caller = callerOf(response);
  if ([actions].flat().some((action) => may(caller.principal, action, zone))) return caller;
  throw new RefusedError('forbidden', 'You have no right to this; ask an administrator.');
}

export function clientOf(request: Request): Client {
  return { address: request.ip ?? '', agent: (request.get('user-agent') ?? '').slice(0, 256) };
}

/** The same, with the token by which the browser is known again. */
export function browserOf(request: Request, cookies: Cookies): Client {
  return { ...clientOf(request), browser: readCookie(request.headers.cookie, cookies.browser) };
}

/** Who answers for what this request changes. */
export function byOf(request: Request, caller: Caller): By {
  return { actor: actorOf(caller), address: clientOf(request).address };
}
