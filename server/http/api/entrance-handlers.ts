/** Signing in: with a password, by single sign-on, by an enrolment link; the very first one; and out. */
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Access } from '../../access/access.ts';
import { clearCookie, cookie, credentialsOf, readCookie } from '../../access/cookie.ts';
import { longestSignIn, type Begun } from '../../access/sign-ins.ts';
import { pendingLifetime } from '../../access/pending-sign-ons.ts';
import type { SingleSignOn } from '../../access/single-sign-on.ts';
import type { Caller } from '../../access/caller.ts';
import { RefusedError } from '../../contract/errors.ts';
import type { routes } from '../../contract/routes.ts';
import { browserOf, callerIfAny, clientOf } from '../caller.ts';
import type { Handlers } from './serve.ts';

export function entranceHandlers(
  {
    authentication,
    cookies,
    firstStart,
    gate,
    invitations,
    singleSignOn,
  }: Pick<
    Access,
    'authentication' | 'cookies' | 'firstStart' | 'gate' | 'invitations' | 'singleSignOn'
  >,
  log: Logger,
): Handlers<typeof routes.entrance> {
  const enrolledHere = (request: Request): Promise<Caller | undefined> =>
    gate.identify(cookies.ofDevice(credentialsOf(request.headers)));

  /**
   * Gives the browser a person's sign-in, which takes the place of the one that it had: that one is over. An enrolled
   * device stays enrolled beneath it: whoever only looks after it does not take its key away.
   */
  const welcome = async (request: Request, response: Response, begun: Begun): Promise<void> => {
    const former = callerIfAny(response);
    if (former?.principal.kind === 'person') {
      await authentication.signOut(former, clientOf(request).address);
    }
    response.append('Set-Cookie', cookies.setSignIn(begun.token, begun.maxAge));
    if (begun.browser === undefined) return;
    response.append('Set-Cookie', cookie(cookies.browser, begun.browser, longestSignIn / 1000));
  };

  /** A person is here, not a program: the sign-in page says it in words. */
  const sendBack = (response: Response, error: unknown): void => {
    if (!(error instanceof RefusedError)) log.error({ err: error }, 'a single sign-on failed');
    const code = error instanceof RefusedError ? error.code : 'internal';
    response.redirect(303, `/sign-in?refused=${code}`);
  };

  /** @throws RefusedError `not-found` where there is none */
  const signOn = (): SingleSignOn => {
    if (singleSignOn) return singleSignOn;
    throw new RefusedError('not-found', 'There is no single sign-on here.');
  };

  return {
    async setUp({ body }, { request, response }) {
      const token = readCookie(request.headers.cookie, cookies.setUp) ?? '';
      const client = browserOf(request, cookies);
      const person = await firstStart.finish(token, body, client.address);
      response.append('Set-Cookie', clearCookie(cookies.setUp));
      await welcome(request, response, await authentication.admit(person, client, 'set-up'));
      return {};
    },

    async signIn({ body }, { request, response }) {
      const begun = await authentication.signIn(body, browserOf(request, cookies));
      await welcome(request, response, begun);
      return {};
    },

    async enrol({ body: { token } }, { request, response }) {
      const { key, ...begun } = await authentication.enrol(token, clientOf(request));
      const former = [callerIfAny(response), await enrolledHere(request)];
      for (const caller of former) {
        if (caller) await authentication.signOut(caller, clientOf(request).address);
      }
      response.append('Set-Cookie', cookies.setDevice(begun.token, begun.maxAge));
      return { role: key.role, zones: key.zones };
    },

    lookAtInvitation: ({ body: { token } }, { request }) =>
      invitations.look(token, clientOf(request)),

    async acceptInvitation({ body }, { request, response }) {
      const client = browserOf(request, cookies);
      const person = await invitations.accept(body, client);
      await welcome(request, response, await authentication.admit(person, client, 'invitation'));
      return {};
    },

    async signOut(_asked, { request, response, caller }) {
      if (caller) await authentication.signOut(caller, clientOf(request).address);
      if (caller?.principal.kind === 'key') {
        response.append('Set-Cookie', cookies.clearDevice());
        return { enrolled: false };
      }
      response.append('Set-Cookie', cookies.clearSignIn());
      return { enrolled: (await enrolledHere(request)) !== undefined };
    },

    async startSignOn({ query: { next } }, { request, response }) {
      const provider = signOn();
      try {
        const begun = await provider.start(next);
        response.append('Set-Cookie', cookies.tooManySignOns(request.headers.cookie));
        const name = cookies.signOn(begun.state);
        response.append('Set-Cookie', cookie(name, begun.pending, pendingLifetime / 1000));
        response.redirect(303, begun.address.href);
      } catch (error) {
        sendBack(response, error);
      }
    },

    async finishSignOn(_asked, { request, response }) {
      const provider = signOn();
      const client = clientOf(request);
      try {
        const query = request.originalUrl.slice(request.originalUrl.indexOf('?'));
        const name = cookies.signOn(new URLSearchParams(query).get('state') ?? '');
        const kept = readCookie(request.headers.cookie, name);
        response.append('Set-Cookie', clearCookie(name));
        const { person, next, keep } = await provider.finish(query, kept, client.address);
        const begun = await authentication.admit(person, client, 'single sign-on', keep);
        await welcome(request, response, begun);
        response.redirect(303, next);
      } catch (error) {
        sendBack(response, error);
      }
    },
  };
}
