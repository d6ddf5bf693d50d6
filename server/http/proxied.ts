/** Tells people who come by a proxy what is wrong with its set-up. */
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { pagePaths } from '../contract/page.ts';
import { HttpRefusal } from '../http-refusal.ts';
import { passedOnBy } from './paths.ts';

const plainHost = /^[\w.-]+$|^\[[\da-f:]+\]$/i;
/** Browsers hold these for secure without TLS. */
const ownMachine = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i;
const ownName =
  'Give the console a host name of its own: it cannot be served below a path of another site.';

/** Looks at what the proxy in front says of itself; requests without one, and health checks, pass. */
export function proxied(log: Logger): RequestHandler {
  let told = false;
  return (request, response, next) => {
    const by = passedOnBy(request);
    if (by === 'nobody') return next();
    if (by === 'stranger' && !told) {
      told = true; // Once: anybody can send such headers.
      log.warn(
        { address: request.socket.remoteAddress },
        'a proxy passes requests on that http.trusted_proxies does not list: its clients all count as one',
      );
    }
    const prefix = (request.get('x-forwarded-prefix') ?? '/').replaceAll(/^\/+|\/+$/g, '');
    if (prefix !== '') {
      throw new HttpRefusal(404, `The proxy serves this console below a path. ${ownName}`);
    }
    // Only a proxy that is trusted makes `protocol` differ from how the request came here.
    if (by === 'trusted' && request.get('x-forwarded-proto') !== undefined && !request.secure) {
      return askForHttps(request, response, next);
    }
    next();
  };
}

/** Plain HTTP between browser and proxy: no camera there, and no cookie that would keep a sign-in. */
function askForHttps(request: Request, response: Response, next: () => void): void {
  const host = request.headers.host ?? '';
  const isPage = ['GET', 'HEAD'].includes(request.method) && isPagePath(request.path);
  if (!isPage || ownMachine.test(host)) return next();
  if (plainHost.test(host)) {
    response.setHeader('Cache-Control', 'no-store');
    return response.redirect(307, `https://${host}${request.originalUrl}`);
  }
  throw new HttpRefusal(
    403,
    'Open this console by https:// – browsers give cameras and sign-ins to secure pages only. The proxy says that this request came by plain HTTP (X-Forwarded-Proto).',
  );
}

/** For every request without another answer: one below a path is told what is wrong. */
export const nothingHere: RequestHandler = (request) => {
  const below = pagePaths.some((page) => request.path.toLowerCase().endsWith(page));
  throw new HttpRefusal(404, `There is nothing of this name here.${below ? ` ${ownName}` : ''}`);
};

function isPagePath(path: string): boolean {
  return (pagePaths as readonly string[]).includes(path);
}
