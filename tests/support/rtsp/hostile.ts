/** What listens where a camera should be, and means no good. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface Hostile {
  readonly url: string;
  /** Bytes that it could send. */
  sent(): number;
  close(): Promise<void>;
}

/** @param serve what it does to whoever connects */
export async function startHostile(
  serve: (socket: Socket, write: (bytes: Buffer | string) => boolean) => void,
): Promise<Hostile> {
  const sockets = new Set<Socket>();
  let bytes = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // The gateway leaves.
    socket.on('close', () => sockets.delete(socket));
    serve(socket, (data) => {
      if (socket.destroyed) return false;
      bytes += data.length;
      return socket.write(data);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/main`,
    sent: () => bytes,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The same again and again, as fast as it is taken. */
export function flood(
  socket: Socket,
  write: (bytes: Buffer | string) => boolean,
  piece: () => Buffer | string,
): void {
  const more = (): void => {
    for (let count = 0; count < 100 && !socket.destroyed; count += 1) {
      if (!write(piece())) return;
    }
    if (!socket.destroyed) setImmediate(more);
  };
  socket.on('drain', more);
  more();
}

/** A byte of it at a time. */
export function drip(
  socket: Socket,
  write: (bytes: Buffer | string) => boolean,
  text: string,
  interval: number,
): void {
  let at = 0;
  const timer = setInterval(() => {
    write(text.charAt(at % text.length));
    at += 1;
  }, interval);
  socket.on('close', () => clearInterval(timer));
}
