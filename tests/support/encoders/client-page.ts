/** A page of somebody else's, at an origin of its own, that publishes or plays by clients from npm. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { newTab } from '../browser.ts';
import type { PageClients } from './page-clients.ts';

const html =
  '<!doctype html><title>Somebody else</title><video autoplay muted playsinline></video><script type="module" src="/clients.js"></script>';

export class ClientSite {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<ClientSite> {
    const script = await bundle();
    const server = createServer(({ url }, response) => {
      const isScript = url === '/clients.js';
      response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : html);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ClientSite(server);
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async tab(browser: Browser): Promise<Page> {
    const page = await newTab(browser);
    await page.goto(this.origin);
    await page.waitForFunction(() => 'clients' in globalThis);
    return page;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Has one of the page's clients do something. */
export function have<Name extends keyof PageClients>(
  page: Page,
  name: Name,
  ...args: Parameters<PageClients[Name]>
): Promise<void> {
  return page.evaluate(
    ([name, args]) => {
      const { clients } = globalThis as unknown as { clients: PageClients };
      return (clients[name] as (...args: unknown[]) => Promise<void>)(...args);
    },
    [name, args] as const,
  );
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: { entry: path.join(import.meta.dirname, 'page-clients.ts'), formats: ['es'] },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  if (!result || !('output' in result)) throw new Error('vite has built nothing');
  return result.output[0].code;
}
