/** Signing in: with a password, by single sign-on, by an enrolment link; the very first one; and out. */
import { Router, type Response } from 'express';
import {
  clearCookie,
  cookie,
  readCookie,
  setUpCookie,
  signInCookie,
  singleSignOnCookie,
} from '../../access/cookie.ts';
import type { Begun } from '../../access/sign-ins.ts';
import { patience } from '../../access/single-sign-on.ts';
import { Enrol, SetUp, SignIn } from '../../contract/api.ts';
import { RefusedError } from '../../contract/errors.ts';
import { callerIfAny, clientOf } from '../caller.ts';
import { parse } from './answer.ts';
import type { ApiParts } from './api.ts';

export function signInRoutes({ access, log }: ApiParts): Router {
  const { authentication, firstStart, singleSignOn, mode } = access;
  const router = Router();

  if (mode === 'open') return router;

  router.post('/set-up', async (request, response) => {
    const token = readCookie(request.headers.cookie, setUpCookie) ?? '';
    const client = clientOf(request);
    const person = await firstStart.finish(token, parse(SetUp, request.body), client.address);
    response.append('Set-Cookie', clearCookie(setUpCookie));
    welcome(response, await authentication.admit(person, client, 'set-up'));
    response.json({});
  });

  router.post('/sign-in', async (request, response) => {
    const begun = await authentication.signIn(parse(SignIn, request.body), clientOf(request));
    const former = callerIfAny(response);
    if (former) await authentication.signOut(former, clientOf(request).address);
    welcome(response, begun);
    response.json({});
  });

  router.post('/enrol', async (request, response) => {
    const { token } = parse(Enrol, request.body);
    const { key, ...begun } = await authentication.enrol(token, clientOf(request));
    welcome(response, begun);
    response.json({ role: key.role, zones: key.zones });
  });

  router.post('/sign-out', async (request, response) => {
    const caller = callerIfAny(response);
    if (caller) await authentication.signOut(caller, clientOf(request).address);
    response.append('Set-Cookie', clearCookie(signInCookie));
    response.json({});
  });

  router.get('/oidc/start', async (request, response) => {
    if (!singleSignOn) throw new RefusedError('not-found', 'There is no single sign-on here.');
    const { address, browser } = await singleSignOn.start(ownPath(request.query.next));
    response.append('Set-Cookie', cookie(singleSignOnCookie, browser, patience / 1000));
    response.redirect(303, address.href);
  });

  router.get('/oidc/callback', async (request, response) => {
    if (!singleSignOn) throw new RefusedError('not-found', 'There is no single sign-on here.');
    response.append('Set-Cookie', clearCookie(singleSignOnCookie));
    const client = clientOf(request);
    try {
      const query = request.originalUrl.slice(request.originalUrl.indexOf('?'));
      const browser = readCookie(request.headers.cookie, singleSignOnCookie);
      const { person, next } = await singleSignOn.finish(query, browser, client.address);
      welcome(response, await authentication.admit(person, client, 'single sign-on'));
      response.redirect(303, next);
    } catch (error) {
      // A person is here, not a program: the sign-in page says it in words.
      if (!(error instanceof RefusedError)) log.error({ err: error }, 'a single sign-on failed');
      const code = error instanceof RefusedError ? error.code : 'internal';
      response.redirect(303, `/sign-in?refused=${code}`);
    }
  });

  return router;
}

function welcome(response: Response, { token, maxAge }: Begun): void {
  response.append('Set-Cookie', cookie(signInCookie, token, maxAge));
}

/** A path of this server, wherever the address bar was made to point. */
function ownPath(next: unknown): string {
  const own = 'https://own.invalid';
  if (typeof next !== 'string' || !URL.canParse(next, own)) return '/';
  const { origin, pathname, search } = new URL(next, own);
  return origin === own && next.startsWith('/') ? pathname + search : '/';
}
