/** A reverse proxy that was set up before anybody thought of WebSockets. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What becomes of a request for a WebSocket. */
export type Manner =
  /** Passed on, as it should be. */
  | 'passes'
  /** Answered with an error. */
  | 'refuses'
  /** Never answered. */
  | 'hangs'
  /** Passed on without its header, as nginx does by default. */
  | 'strips'
  /** Passed on; what is said on it then is not. */
  | 'swallows'
  /** Passed on, and cut a second later. */
  | 'cuts';

const hopByHop = ['connection', 'upgrade'];

export class WebOnlyProxy {
  manner: Manner;
  /** WebSockets that were asked for. */
  asked = 0;
  /** What it passes on as Host in place of the client's, when it is set. */
  host: string | undefined;
  readonly #server: Server;
  readonly #target: URL;
  readonly #open = new Set<Duplex>();

  private constructor(target: string, manner: Manner) {
    this.manner = manner;
    this.#target = new URL(target);
    this.#server = createServer((incoming, answer) => {
      const onward = this.#passOn(incoming, false);
      onward.on('response', (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      incoming.pipe(onward);
    });
    this.#server.on('upgrade', (incoming, socket: Duplex) => {
      this.asked += 1;
      this.#keep(socket);
      this.#upgrade(incoming, socket);
    });
  }

  /** @param target the server, by plain HTTP */
  static async before(target: string, manner: Manner): Promise<WebOnlyProxy> {
    const proxy = new WebOnlyProxy(target, manner);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#open) socket.destroy();
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex): void {
    const { manner } = this;
    if (manner === 'hangs') return;
    if (manner === 'refuses') return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const onward = this.#passOn(incoming, manner !== 'strips');
    onward.on('error', () => socket.destroy());
    onward.on('response', ({ statusCode }) => socket.end(`HTTP/1.1 ${statusCode} No\r\n\r\n`));
    onward.on('upgrade', (response, server: Duplex) => {
      this.#keep(server);
      const headers = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
      if (manner === 'swallows') return;
      server.pipe(socket).pipe(server);
      for (const [one, other] of [
        [server, socket],
        [socket, server],
      ] as const) {
        one.on('close', () => other.destroy());
      }
      if (manner === 'cuts') setTimeout(() => socket.destroy(), 1000);
    });
    onward.end();
  }

  #passOn({ url, method, headers }: IncomingMessage, whole: boolean) {
    const kept = Object.entries(headers).filter(([name]) => whole || !hopByHop.includes(name));
    const { hostname, port } = this.#target;
    const own = this.host === undefined ? {} : { host: this.host };
    const passed = { ...Object.fromEntries(kept), ...own };
    return request({ hostname, port, path: url, method, headers: passed });
  }

  #keep(socket: Duplex): void {
    this.#open.add(socket);
    socket.on('error', () => socket.destroy()); // The other side may cut at any time.
    socket.on('close', () => this.#open.delete(socket));
  }
}
