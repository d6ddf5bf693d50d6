/** Where a gateway's connection goes when the server sends its cameras away. */
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RequestFault } from '../../server/contract/errors.ts';
import { ServerLink, type CameraLink } from '../../gateway/upload/server-link.ts';

/** Several nodes behind one address, as a gateway sees them. */
class Nodes {
  /** What each connection asked for, one after another. */
  readonly asked: string[] = [];
  /** What a claim is answered; undefined where it is granted. */
  refusal: (camera: string, node: string) => RequestFault | undefined = () => undefined;
  ready = 503;
  readonly #http: HttpServer;
  readonly #io: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#http = createServer((request, response) => {
      response.writeHead(request.url === '/readyz' ? this.ready : 404).end();
    });
    this.#io = new Server(this.#http);
    this.#io.engine.on('connection', (engine: { request: { _query: Record<string, string> } }) =>
      this.asked.push(engine.request._query.node ?? ''),
    );
    this.#io.of(/^\/camera\//).on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('disconnect', () => this.#sockets.delete(socket));
      socket.on('claim', (_request: unknown, answer: (answer: object) => void) => {
        const error = this.refusal(socket.nsp.name, String(socket.handshake.query.node ?? ''));
        answer(error ? { ok: false, error } : { ok: true });
      });
    });
  }

  static async start(): Promise<Nodes> {
    const nodes = new Nodes();
    nodes.#http.listen(0, '127.0.0.1');
    await once(nodes.#http, 'listening');
    return nodes;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Cameras that are connected now. */
  get cameras(): number {
    return this.#sockets.size;
  }

  drain(node?: string): void {
    for (const socket of this.#sockets) socket.emit('server:draining', node ? { node } : {});
  }

  async close(): Promise<void> {
    await this.#io.close();
  }
}

let nodes: Nodes;
let links: CameraLink[] = [];
let link: ServerLink;

beforeEach(async () => {
  nodes = await Nodes.start();
  link = new ServerLink({ url: nodes.url });
});
afterEach(async () => {
  for (const one of links) one.close();
  links = [];
  link.close();
  await nodes.close();
});

/** A camera that claims whenever it is up. */
function film(name: string): void {
  const camera: CameraLink = link.camera(name, {
    up: () => {
      const claim = { zone: 'A-1', label: '', masks: true };
      camera.request('claim', claim).catch(() => {}); // What is refused is what is looked at.
    },
    down: () => {},
    refused: () => {},
  });
  links.push(camera);
}

const full = (node: string): RequestFault => ({ code: 'unavailable', message: 'full', node });

test('a node that drains is left once, for the one that it names', async () => {
  for (const name of ['a', 'b', 'c']) film(name);
  await expect.poll(() => nodes.cameras).toBe(3);
  nodes.drain('south');
  await expect.poll(() => nodes.asked).toEqual(['', 'south']);
  await expect.poll(() => nodes.cameras).toBe(3);
  expect(nodes.asked).toEqual(['', 'south']);
});

test('a server that drains alone is left when another one takes sessions in its place', async () => {
  film('a');
  await expect.poll(() => nodes.cameras).toBe(1);
  nodes.drain();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(nodes.asked).toEqual(['']);
  nodes.ready = 200;
  await expect.poll(() => nodes.asked).toEqual(['', '']);
});

test('a node that has no place for any camera is left for the one that it names', async () => {
  nodes.refusal = (_camera, node) => (node === 'south' ? undefined : full('south'));
  for (const name of ['a', 'b']) film(name);
  await expect.poll(() => nodes.asked).toEqual(['', 'south']);
});

test('a node at which other cameras have a place is not left', async () => {
  nodes.refusal = (camera) => (camera === '/camera/b' ? full('south') : undefined);
  for (const name of ['a', 'b']) film(name);
  await expect.poll(() => nodes.cameras).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(nodes.asked).toEqual(['']);
});

test('nodes that are all full, and name each other, do not send it round', async () => {
  nodes.refusal = (_camera, node) => full(node === 'south' ? 'north' : 'south');
  film('a');
  await expect.poll(() => nodes.asked).toEqual(['', 'south', 'north']);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(nodes.asked).toEqual(['', 'south', 'north']);
});
