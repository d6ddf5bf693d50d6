/** Signing in: with a password, by single sign-on, by an enrolment link; the very first one; and out. */
import { Router, type Request, type Response } from 'express';
import { clearCookie, cookie, readCookie } from '../../access/cookie.ts';
import { longestSignIn, type Begun } from '../../access/sign-ins.ts';
import { patience } from '../../access/single-sign-on.ts';
import { Enrol, SetUp, SignIn } from '../../contract/api.ts';
import { RefusedError } from '../../contract/errors.ts';
import { ownPath } from '../../contract/own-path.ts';
import { browserOf, callerIfAny, clientOf } from '../caller.ts';
import { parse } from './answer.ts';
import type { ApiParts } from './api.ts';

export function signInRoutes({ access, log }: ApiParts): Router {
  const { authentication, cookies, firstStart, singleSignOn, mode } = access;
  const router = Router();

  if (mode === 'open') return router;

  /** Gives the browser its sign-in, which takes the place of the one that it had: that one is over. */
  const welcome = async (request: Request, response: Response, begun: Begun): Promise<void> => {
    const former = callerIfAny(response);
    if (former) await authentication.signOut(former, clientOf(request).address);
    response.append('Set-Cookie', cookies.setSignIn(begun.token, begun.maxAge));
    if (begun.browser === undefined) return;
    response.append('Set-Cookie', cookie(cookies.browser, begun.browser, longestSignIn / 1000));
  };

  /** A person is here, not a program: the sign-in page says it in words. */
  const refuse = (response: Response, error: unknown): void => {
    if (!(error instanceof RefusedError)) log.error({ err: error }, 'a single sign-on failed');
    const code = error instanceof RefusedError ? error.code : 'internal';
    response.redirect(303, `/sign-in?refused=${code}`);
  };

  router.post('/set-up', async (request, response) => {
    const token = readCookie(request.headers.cookie, cookies.setUp) ?? '';
    const client = browserOf(request, cookies);
    const person = await firstStart.finish(token, parse(SetUp, request.body), client.address);
    response.append('Set-Cookie', clearCookie(cookies.setUp));
    await welcome(request, response, await authentication.admit(person, client, 'set-up'));
    response.json({});
  });

  router.post('/sign-in', async (request, response) => {
    const client = browserOf(request, cookies);
    const begun = await authentication.signIn(parse(SignIn, request.body), client);
    await welcome(request, response, begun);
    response.json({});
  });

  router.post('/enrol', async (request, response) => {
    const { token } = parse(Enrol, request.body);
    const { key, ...begun } = await authentication.enrol(token, clientOf(request));
    await welcome(request, response, begun);
    response.json({ role: key.role, zones: key.zones });
  });

  router.post('/sign-out', async (request, response) => {
    const caller = callerIfAny(response);
    if (caller) await authentication.signOut(caller, clientOf(request).address);
    response.append('Set-Cookie', cookies.clearSignIn());
    response.json({});
  });

  router.get('/oidc/start', async (request, response) => {
    if (!singleSignOn) throw new RefusedError('not-found', 'There is no single sign-on here.');
    try {
      const begun = await singleSignOn.start(ownPath(request.query.next));
      response.append('Set-Cookie', cookies.tooManySignOns(request.headers.cookie));
      const name = cookies.signOn(begun.state);
      response.append('Set-Cookie', cookie(name, begun.browser, patience / 1000));
      response.redirect(303, begun.address.href);
    } catch (error) {
      refuse(response, error);
    }
  });

  router.get('/oidc/callback', async (request, response) => {
    if (!singleSignOn) throw new RefusedError('not-found', 'There is no single sign-on here.');
    const client = clientOf(request);
    try {
      const query = request.originalUrl.slice(request.originalUrl.indexOf('?'));
      const name = cookies.signOn(new URLSearchParams(query).get('state') ?? '');
      const browser = readCookie(request.headers.cookie, name);
      response.append('Set-Cookie', clearCookie(name));
      const { person, next, keep } = await singleSignOn.finish(query, browser, client.address);
      const begun = await authentication.admit(person, client, 'single sign-on', keep);
      await welcome(request, response, begun);
      response.redirect(303, next);
    } catch (error) {
      refuse(response, error);
    }
  });

  return router;
}
