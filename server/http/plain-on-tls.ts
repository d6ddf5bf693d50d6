/** Answers `http://` on the TLS port: with the right address, or a sentence that says so. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Origins } from '../access/origin.ts';
import { HttpRefusal } from '../http-refusal.ts';
import { problemOf } from '../whip/problem.ts';
import { isDoor, tellPages } from './cross-origin.ts';
import { tell } from './tell.ts';

/** The first byte of a TLS record that begins a handshake (RFC 8446 §5.1). */
const handshake = 22;
const plainHost = /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i;

const speaksHttps = 'This port speaks HTTPS';

/**
 * Looks at the first byte of each connection, and leaves all that is TLS to the server.
 * @param origins whose pages can read what WHIP and WHEP are answered
 * @param timeout until the first byte has come and a plain answer is sent, ms
 */
export function answerPlainHttp(server: Server, origins: Origins, timeout: number): void {
  const ownListeners = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  const plain = createServer((request, response) => sayHttps(origins, request, response));
  server.on('connection', (socket: Socket) => {
    // Until a server has it, nobody listens to its errors; a connection that breaks is no event.
    const ignore = (): void => {};
    const tooSlow = setTimeout(() => socket.destroy(), timeout);
    socket.once('close', () => clearTimeout(tooSlow));
    socket.on('error', ignore);
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null;
      if (!first) return; // It ended, or broke, before it said anything.
      socket.unshift(first);
      socket.off('error', ignore);
      if (first[0] !== handshake) return void plain.emit('connection', socket);
      clearTimeout(tooSlow);
      for (const listener of ownListeners) listener.call(server, socket);
    });
  });
}

function sayHttps(origins: Origins, request: IncomingMessage, response: ServerResponse): void {
  const { method, url = '/', headers } = request;
  const { host = '' } = headers;
  response.setHeader('Connection', 'close');
  // What was sent in plain was readable on the way already; it is not asked for again.
  const askAgain = `${speaksHttps}: ask again with https://.`;
  if (isDoor(url.split('?')[0] ?? '')) {
    tellPages(origins, request, response);
    return tell(response, problemOf(new HttpRefusal(400, askAgain)));
  }
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  const mayFollow = method === 'GET' || method === 'HEAD';
  if (mayFollow && url.startsWith('/') && plainHost.test(host)) {
    response.writeHead(307, { Location: `https://${host}${url}` });
    response.end(`${speaksHttps}: open the same address with https://.\n`);
    return;
  }
  response.writeHead(400);
  response.end(`${askAgain}\n`);
}
