/** The web app's pages: who gets which, and the first start's gate in front of everything. */
import type { Express, Request, RequestHandler, Response } from 'express';
import type { Access } from '../access/access.ts';
import { cookie, credentialsOf, readCookie } from '../access/cookie.ts';
import { longestSignIn } from '../access/sign-ins.ts';
import { pagePaths, signInAddress, type PageData, type PagePath } from '../contract/page.ts';
import { HttpRefusal } from '../http-refusal.ts';
import { version } from '../version.ts';
import { callerIfAny, identifyCaller } from './caller.ts';
import { pageBuild } from './page-build.ts';

/** What the server knows of a page beforehand; who asks for it comes with the request. */
export type PageFacts = Omit<PageData, 'access' | 'version' | 'build'>;
/** Makes the page's HTML. */
export type RenderPage = (data: PageData, address: string) => Promise<string> | string;

/** Pages for people who are not signed in yet. */
const open: readonly PagePath[] = ['/sign-in', '/enrol', '/invitation'];
const setUpLifetime = 3600; // s

/** Until there is an administrator, nothing is reachable without the link of the server's banner. */
export function firstStartGate({ firstStart, gate, cookies }: Access): RequestHandler {
  return async (request, response, next) => {
    // What was done at another server holds here, too, from this moment on.
    if (!gate.open) await gate.lookAgain();
    if (gate.open) return next();
    const { token } = request.query;
    if (
      request.path === '/setup' &&
      typeof token === 'string' &&
      (await firstStart.accepts(token))
    ) {
      // The token goes from the address bar into a cookie, so that no history or log keeps it.
      response.append('Set-Cookie', cookie(cookies.setUp, token, setUpLifetime));
      return response.setHeader('Cache-Control', 'no-store').redirect(303, '/setup');
    }
    const held = readCookie(request.headers.cookie, cookies.setUp) ?? '';
    if (await firstStart.accepts(held)) return next();
    throw new HttpRefusal(
      403,
      'This server is not set up yet: open the set-up link that it printed when it started.',
    );
  };
}

export function servePages(
  app: Express,
  access: Access,
  facts: PageFacts,
  render: RenderPage,
): void {
  app.get([...pagePaths], identifyCaller(access.gate), async (request, response) => {
    const elsewhere = redirection(request, response, access);
    if (elsewhere !== undefined) return response.redirect(303, elsewhere);
    lengthenDevice(request, response, access);
    const shown = callerIfAny(response) ? version : null;
    const data = {
      ...facts,
      version: shown,
      build: pageBuild,
      access: await accessFor(response, access),
    };
    const page = await render(data, request.originalUrl);
    response.setHeader('Cache-Control', 'no-store').type('html').send(page);
  });
}

function redirection(request: Request, response: Response, access: Access): string | undefined {
  const here = request.path as PagePath;
  const caller = callerIfAny(response);
  if (access.mode === 'open')
    return [...open, '/setup', '/account'].includes(here) ? '/' : undefined;
  if (access.firstStart.due) return here === '/setup' ? undefined : '/setup';
  if (here === '/setup') return '/sign-in';
  if (open.includes(here)) return undefined;
  if (!caller) return signInAddress(request.originalUrl);
  return undefined;
}

async function accessFor(response: Response, access: Access): Promise<PageData['access']> {
  const caller = callerIfAny(response);
  return {
    mode: access.mode,
    me: caller ? await access.ownAccount.describe(caller) : null,
    singleSignOn: access.singleSignOn?.name ?? null,
    singleSignOnDown: access.singleSignOn?.trouble !== undefined,
  };
}

/** A camera or wall stays signed in for as long as its page is opened now and then. */
function lengthenDevice(request: Request, response: Response, { cookies }: Access): void {
  if (callerIfAny(response)?.principal.kind !== 'key') return;
  const lengthened = cookies.lengthenDevice(credentialsOf(request.headers), longestSignIn / 1000);
  response.append('Set-Cookie', lengthened);
}
