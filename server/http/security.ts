/** Headers that tell browsers what this server's pages may do: nothing but what they need. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const year = 31_536_000; // s
const plainHost = /^[\w.:[\]-]+$/;

/**
 * @param certified whether browsers trust the certificate now; only then are they told to come by HTTPS
 *   for good, since a self-signed one must stay possible to click past
 */
export function security(certified: () => boolean): RequestHandler[] {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'worker-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'media-src': ["'self'", 'blob:'],
        // Some browsers do not take 'self' for a socket of the same host.
        'connect-src': ["'self'", (request) => socketOf(request.headers.host)],
        'font-src': ["'self'"],
        'manifest-src': ["'self'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: false,
  });
  const strict = helmet.strictTransportSecurity({ maxAge: year, includeSubDomains: false });
  return [
    headers,
    (request, response, next) => {
      response.setHeader(
        'Permissions-Policy',
        'camera=(self), microphone=(self), fullscreen=(self), screen-wake-lock=(self), display-capture=(), geolocation=(), payment=(), usb=()',
      );
      if (certified()) strict(request, response, next);
      else next();
    },
  ];
}

function socketOf(host = ''): string {
  return plainHost.test(host) ? `wss://${host}` : "'self'";
}
