/** Which pages may speak to this server: only its own, and those that are named in the settings. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import proxyAddr from 'proxy-addr';
import type { Settings } from '../config.ts';
import { RefusedError } from '../contract/errors.ts';
import { logSparingly } from '../limits/sparing-log.ts';

const plainHost = /^[\w.:[\]-]{1,255}$/;

/**
 * The one rule for HTTP and for sockets. What counts is what browsers put on a request and pages cannot
 * change: its origin (RFC 6454 §7) and, where that is left out, whether the asking page belongs to this
 * server (Sec-Fetch-Site of W3C Fetch Metadata).
 *
 * A request with neither is let through, with a cookie or without: it comes from a program. Browsers send
 * an origin with each POST, each WebSocket and each request whose answer a foreign page could read; those since
 * 2023 send Sec-Fetch-Site with all other requests to HTTPS and localhost, the only places where the cookies
 * of this server exist.
 */
export class Origins {
  readonly #log: Logger;
  readonly #allowed: readonly string[];
  readonly #trusted: (address: string, distance: number) => boolean;

  constructor(
    settings: Pick<Settings['http'], 'allowed_origins' | 'trusted_proxies'>,
    log: Logger,
  ) {
    this.#log = log;
    this.#allowed = settings.allowed_origins;
    this.#trusted = proxyAddr.compile(settings.trusted_proxies);
  }

  /** @throws RefusedError `forbidden` when a page of another origin asks, in words for the administrator */
  demandOwn(request: IncomingMessage): void {
    if (this.isOwn(request)) return;
    const own = this.ownOrigin(request);
    const { origin, 'sec-fetch-site': site } = request.headers;
    const fields = { origin: origin?.slice(0, 256), site, own };
    logSparingly(this.#log, 'warn', fields, 'a page of another origin is refused');
    throw new RefusedError(
      'forbidden',
      origin === undefined
        ? 'Only pages of this server may ask for this.'
        : `Only pages of this server may ask for this: it is ${own ?? 'unnamed'} here, and the page is not of there. Behind a proxy, see http.trusted_proxies and http.allowed_origins.`,
    );
  }

  /** Whether a page of this server asks, of an origin that is named, or no page at all. */
  isOwn(request: IncomingMessage): boolean {
    const { origin, 'sec-fetch-site': site } = request.headers;
    const plain = site === undefined || site === 'same-origin';
    if (origin === undefined) return plain || isTyped(request);
    if (this.#allowed.includes(origin)) return true;
    return origin === this.ownOrigin(request) && (plain || isUpgrade(request));
  }

  /**
   * This server's origin as the client wrote it into the address bar. A proxy that ends TLS, or that changes
   * the Host header, says so in X-Forwarded-Proto and X-Forwarded-Host; that is believed of trusted ones.
   * @returns undefined when the Host header is not a valid host
   */
  ownOrigin({ headers, socket }: IncomingMessage): string | undefined {
    const proxied = this.#trusted(socket.remoteAddress ?? '', 0);
    const told = (name: string): string | undefined =>
      proxied ? firstOf(headers[`x-forwarded-${name}`]) : undefined;
    const scheme = told('proto') ?? ((socket as TLSSocket).encrypted ? 'https' : 'http');
    const host = told('host') ?? headers.host ?? '';
    const address = `${scheme}://${host}`;
    // URL leaves the scheme's own port out, as browsers do.
    return plainHost.test(host) && URL.canParse(address) ? new URL(address).origin : undefined;
  }
}

/** Someone typed the address, or chose a bookmark; no page had a part in it. */
function isTyped({ method, headers }: IncomingMessage): boolean {
  const reads = method === 'GET' || method === 'HEAD';
  return reads && headers['sec-fetch-site'] === 'none';
}

/** Browsers send different Sec-Fetch-Site values when an https: page opens a wss: socket. */
function isUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** A proxy behind a proxy adds to the list; the first is what the client spoke to. */
function firstOf(header: string | string[] | undefined): string | undefined {
  const [value] = (Array.isArray(header) ? header.join() : (header ?? '')).split(',');
  return value?.trim() || undefined;
}
