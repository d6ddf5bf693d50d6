/** A socket to a camera, and whether its certificate is the right one, before anything is said. */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket, type SecureContext } from 'node:tls';
import { deadlines } from './deadlines.ts';
import { SourceTrouble } from './trouble.ts';

/** Whose certificates are believed. */
export interface Trust {
  readonly context: SecureContext;
  /** SHA-256 of the one certificate that is right, hexadecimal in capitals, without colons. */
  readonly fingerprint?: string | undefined;
}

export interface Destination {
  /** The address that was checked. */
  readonly address: string;
  /** As it is written in the settings. */
  readonly host: string;
  readonly port: number;
  /** For `rtsps`. */
  readonly trust?: Trust | undefined;
}

/** @throws SourceTrouble */
export async function dial(destination: Destination, signal: AbortSignal): Promise<Socket> {
  const socket = open(destination);
  const abort = (): void => void socket.destroy(new SourceTrouble('closed', 'not wanted any more'));
  signal.addEventListener('abort', abort);
  const timer = setTimeout(() => {
    socket.destroy(new SourceTrouble('unreachable', `no answer in ${deadlines.connect / 1000} s`));
  }, deadlines.connect);
  try {
    if (signal.aborted) abort();
    await new Promise<void>((resolve, reject) => {
      socket.once(destination.trust ? 'secureConnect' : 'connect', resolve);
      socket.once('error', (error) => reject(connectTrouble(error)));
      socket.once('close', () => reject(new SourceTrouble('closed', 'closed at once')));
    });
    checkCertificate(socket, destination.trust);
    return socket;
  } catch (error) {
    socket.on('error', () => {}); // Told already.
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function open({ address, host, port, trust }: Destination): Socket {
  if (!trust) return connectTcp({ host: address, port, noDelay: true });
  const name = host.replace(/^\[|\]$/g, '');
  return connectTls({
    host: address,
    port,
    secureContext: trust.context,
    // Judged once it is known which one it is, and before anything is said.
    rejectUnauthorized: false,
    ...(isIP(name) ? {} : { servername: name }),
  });
}

/** @throws SourceTrouble `certificate` where it is not trusted */
function checkCertificate(socket: Socket, trust: Trust | undefined): void {
  if (!trust || !(socket instanceof TLSSocket)) return;
  const digits = fingerprintOf(socket)?.replaceAll(':', '') ?? '';
  if (trust.fingerprint === undefined ? socket.authorized : digits === trust.fingerprint) return;
  const why =
    trust.fingerprint === undefined
      ? String(socket.authorizationError)
      : 'it is another one than the one that is trusted';
  const fingerprint = digits.length === 64 ? digits.toLowerCase() : undefined;
  throw new SourceTrouble('certificate', why, fingerprint);
}

/** SHA-256 of the certificate there; undefined without TLS. */
export function fingerprintOf(socket: Socket): string | undefined {
  return socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256 : undefined;
}

/** What the system says about a connection that did not come about. */
function connectTrouble(error: Error & { code?: string }): Error {
  if (error instanceof SourceTrouble) return error;
  const code = error.code ?? '';
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|HOSTNAME_MISMATCH|INVALID_CA/.test(code)) {
    return new SourceTrouble('certificate', `${error.message} (${code})`);
  }
  if (/SSL|TLS|EPROTO/.test(code)) {
    return new SourceTrouble('not-rtsp', `it speaks no TLS (${code})`);
  }
  if (code === 'ECONNRESET') return new SourceTrouble('closed', 'closed at once');
  return new SourceTrouble('unreachable', code || error.message);
}
