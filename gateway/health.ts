/** `/healthz`, `/readyz` and `/metrics`: for whoever looks after the gateway, on an address of its own. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { ConfigError, type Config } from './config.ts';
import { messageOf } from '../server/contract/errors.ts';
import type { Readiness } from './readiness.ts';

export interface HealthParts {
  /** What is said of it, as JSON. */
  readonly health: () => Pick<Readiness, 'troubles'>;
  readonly metrics: { readonly contentType: string; readonly render: () => Promise<string> };
}

/** ms; nobody who asks needs longer */
const longest = 5000;

/** @throws ConfigError when the address cannot be used */
export async function serveHealth(
  { host, port }: NonNullable<Config['health']>,
  { health, metrics }: HealthParts,
): Promise<Server> {
  const server = createServer(
    { requestTimeout: longest, headersTimeout: longest },
    (request, response) => {
      const { method, url } = request;
      if (method !== 'GET') return answer(response, 405, 'text/plain', 'GET only\n');
      if (url === '/healthz' || url === '/readyz') {
        const told = health();
        // The first says that the process answers, and no more: to start it anew brings no camera back.
        const status = url === '/readyz' && told.troubles.length > 0 ? 503 : 200;
        return answer(response, status, 'application/json', JSON.stringify(told));
      }
      if (url !== '/metrics') return answer(response, 404, 'text/plain', 'Nothing here\n');
      metrics.render().then(
        (text) => answer(response, 200, metrics.contentType, text),
        (error: unknown) => answer(response, 500, 'text/plain', `${messageOf(error)}\n`),
      );
    },
  );
  server.maxConnections = 16;
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) =>
      reject(new ConfigError(`The field health is not usable: ${message}.`)),
    );
    server.listen(port, host, resolve);
  });
  server.unref();
  return server;
}

function answer(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
  response.end(text);
}
