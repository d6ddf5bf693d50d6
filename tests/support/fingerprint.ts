import { once } from 'node:events';
import { connect } from 'node:tls';

/** SHA-256 of the certificate that a server shows, as a gateway's file names it. */
export async function fingerprintOf(url: string): Promise<string> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256.replaceAll(':', '').toLowerCase();
}
