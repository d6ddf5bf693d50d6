/** A pair of ports for media and its reports (RFC 3550 §11). */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { SourceTrouble } from './trouble.ts';

/** Asked of the system, which may give less: a key picture of 4K comes in one burst; bytes. */
const buffer = 2 * 1024 * 1024;
const mostTries = 50;

export interface PortPair {
  /** The even one. */
  readonly port: number;
  readonly media: Socket;
  readonly reports: Socket;
  close(): void;
}

/**
 * @param address of this machine, where the camera reaches it
 * @throws SourceTrouble where there are no two free ports beside each other
 */
export async function openPorts(address: string): Promise<PortPair> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const media = await bind(address, 0);
    const port = media?.address().port ?? 1;
    const reports = media && port % 2 === 0 ? await bind(address, port + 1) : undefined;
    if (media && reports) {
      const close = (): void => {
        media.close();
        reports.close();
      };
      return { port, media, reports, close };
    }
    media?.close();
  }
  throw new SourceTrouble('unreachable', 'there are no free UDP ports here');
}

function bind(address: string, port: number): Promise<Socket | undefined> {
  const type = isIPv6(address) ? 'udp6' : 'udp4';
  const socket = createSocket({ type });
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind(port, address, () => {
      socket.removeAllListeners('error');
      // A port that is closed answers with ICMP, which says nothing about what comes in.
      socket.on('error', () => {});
      socket.setRecvBufferSize(buffer);
      resolve(socket);
    });
  });
}
