/** Which address of this machine a client has reached. */
import type { IncomingMessage } from 'node:http';

/** Undefined where a proxy reached it, and the client may reach another one. */
export function cameBy({
  headers,
  socket,
}: Pick<IncomingMessage, 'headers' | 'socket'>): string | undefined {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return undefined;
  return socket.localAddress?.replace(/^::ffff:(?=\d+\.)/, '');
}
