/** Whether it is the right server that answers: by an authority, or by its very certificate. */
import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type ConnectionOptions } from 'node:tls';

type Opened = (error: Error | null, socket: Duplex) => void;

/**
 * Connections to a server that has this certificate, whatever its name and whoever signed it. Nothing is sent before
 * that is known, the key of the gateway above all.
 * @param fingerprint SHA-256, small hexadecimal digits
 */
export function pinned(fingerprint: string): Agent {
  const agent = new Agent({ keepAlive: false });
  agent.createConnection = (options, opened?: Opened) => {
    const socket = connect({ ...(options as ConnectionOptions), rejectUnauthorized: false });
    socket.once('secureConnect', () => {
      const seen = socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase();
      if (seen === fingerprint) return opened?.(null, socket);
      socket.destroy();
      opened?.(new Error(`the server's certificate is another one: ${seen}`), socket);
    });
    socket.once('error', (error) => opened?.(error, socket));
    return undefined;
  };
  return agent;
}
