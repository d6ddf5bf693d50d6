/** Answers `http://` on the TLS port: with the right address, or a sentence that says so. */
import { createServer, type RequestListener } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** The first byte of a TLS record that begins a handshake (RFC 8446 §5.1). */
const handshake = 22;
const plainHost = /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i;

/**
 * Looks at the first byte of each connection, and leaves all that is TLS to the server.
 * @param timeout until the first byte has come and a plain answer is sent, ms
 */
export function answerPlainHttp(server: Server, timeout: number): void {
  const ownListeners = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  const plain = createServer(sayHttps);
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

const sayHttps: RequestListener = ({ method, url = '/', headers: { host = '' } }, response) => {
  response.setHeader('Connection', 'close');
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  const mayFollow = method === 'GET' || method === 'HEAD';
  if (mayFollow && url.startsWith('/') && plainHost.test(host)) {
    response.writeHead(307, { Location: `https://${host}${url}` });
    response.end('This port speaks HTTPS: open the same address with https://.\n');
    return;
  }
  // What was sent in plain was readable on the way already; it is not asked for again.
  response.writeHead(400);
  response.end('This port speaks HTTPS: ask again with https://.\n');
};
