/** What listens where a camera should be, and means no good. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface Hostile {
  readonly url: string;
  /** Bytes that it could send. */
  sent(): number;
  close(): Promise<void>;
}

export type Serve = (socket: Socket, write: (bytes: Buffer | string) => boolean) => void;

/** @param serve what it does to whoever connects */
export async function startHostile(serve: Serve): Promise<Hostile> {
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

const ok = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\n';
/** What it does to whoever connects, in place of RTSP. */
export const hostilities: Readonly<Record<string, Serve>> = {
  'a header that does not end': (socket, write) => {
    write(`${ok}X: `);
    flood(socket, write, () => 'x'.repeat(1000));
  },
  'headers that do not end': (socket, write) => {
    write(ok);
    flood(socket, write, () => 'X: y\r\n');
  },
  'a huge Content-Length': (socket, write) => {
    write(`${ok}Content-Length: 99999999999\r\n\r\n`);
    flood(socket, write, () => 'x'.repeat(1000));
  },
  'a Content-Length that is no number': (_, write) => void write(`${ok}Content-Length: -1\r\n\r\n`),
  'binary garbage': (socket, write) => {
    let state = 1;
    flood(socket, write, () =>
      Buffer.from(Array.from({ length: 997 }, () => (state = (state * 75 + 74) % 65_537) & 0xff)),
    );
  },
  'a description that does not end': described((socket, write) => {
    write('Content-Length: 60000\r\n\r\nv=0\r\n');
    drip(socket, write, 'a=x:y\r\n', 100);
  }),
  'requests that do not end': (socket, write) => {
    flood(socket, write, () => 'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n');
  },
  'a byte at a time': (socket, write) => drip(socket, write, `${ok}X: y\r\n\r\n`, 500),
};

/** Answers to the first request, and begins the second answer. */
function described(then: Serve): Serve {
  return (socket, write) => {
    write(`${ok}\r\n`);
    setTimeout(() => {
      write('RTSP/1.0 200 OK\r\nCSeq: 2\r\n');
      then(socket, write);
    }, 100);
  };
}

/** What it plays in place of a stream, as fast as it is taken. */
export const floods: Readonly<Record<string, () => Buffer>> = {
  'frames of wrong lengths': () => Buffer.from([0x24, 0xff, 0xff, 0xf0, 1, 2, 3]),
  'frames that are no packets': () => Buffer.from([0x24, 0, 0, 5, 1, 2, 3, 4, 5]),
  'no frames': () => Buffer.alloc(1000, 0x55),
  'a unit that does not end': fragments(),
};

function fragments(): () => Buffer {
  let sequence = 0;
  return () => {
    const packet = Buffer.alloc(4 + 12 + 1000);
    packet.set([0x24, 0, 1012 >> 8, 1012 & 0xff, 0x80, 96]);
    packet.writeUInt16BE(sequence & 0xffff, 6);
    packet.set([0x7c, sequence === 0 ? 0x85 : 0x05], 16);
    sequence += 1;
    return packet;
  };
}
