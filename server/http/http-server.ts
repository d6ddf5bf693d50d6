/** The HTTP server itself: plain or with TLS, in development with vite before it, on its address and port. */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Logger } from 'pino';
import type { ViteDevServer } from 'vite';
import { Origins } from '../access/origin.ts';
import { projectFolder, type Settings } from '../config.ts';
import { StartupError } from '../startup-error.ts';
import { timeoutsFor } from './connections.ts';
import { answerPlainHttp } from './plain-on-tls.ts';
import { tlsRules, type TlsFiles } from './tls.ts';

/** @throws StartupError where the certificate's files are not usable */
export function createHttp(
  tls: TlsFiles | undefined,
  { http, limits }: Pick<Settings, 'http' | 'limits'>,
  log: Logger,
): HttpServer {
  const options = timeoutsFor(limits);
  if (!tls) return createHttpServer(options);
  try {
    const server = createHttpsServer({ ...options, ...tlsRules, cert: tls.cert, key: tls.key });
    answerPlainHttp(server, new Origins(http, log), limits.headers_time);
    return server;
  } catch {
    throw new StartupError(
      'The settings tls.cert_file and tls.key_file do not hold a certificate and its own key in PEM.',
    );
  }
}

export async function startVite(http: HttpServer): Promise<ViteDevServer> {
  const { createServer } = await import('vite');
  return createServer({
    configFile: `${projectFolder}/vite.config.ts`,
    server: { middlewareMode: true, hmr: { server: http } },
    appType: 'custom',
  });
}

/** @throws StartupError that tells why the port cannot be had */
export function listen(http: HttpServer, { host, port }: Settings['http']): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const reasons: Record<string, string> = {
        EADDRINUSE: `http.port ${port} is in use on ${host}: choose another with SURVEILLANCE_HTTP_PORT, or stop the program that holds it.`,
        EACCES: `http.port ${port} needs more rights than this user has: choose one above 1023 with SURVEILLANCE_HTTP_PORT.`,
        EADDRNOTAVAIL: `http.host ${host} is not an address of this machine.`,
        ENOTFOUND: `http.host ${host} is not a known name or address.`,
      };
      const reason = reasons[error.code ?? ''];
      reject(reason ? new StartupError(`The setting ${reason}`) : error);
    });
    http.listen(port, host, resolve);
  });
}
