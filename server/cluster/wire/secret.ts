/**
 * How nodes prove themselves to each other: TLS 1.3 with a pre-shared key and a fresh Diffie-Hellman (RFC 8446 §2.2,
 * psk_dhe_ke). Both ends show that they know the secret before anything is said; nothing can be replayed, and what was
 * said stays secret should the secret get out later. There is no certificate that could end.
 */
import { hkdfSync } from 'node:crypto';
import type { ConnectionOptions, TlsOptions } from 'node:tls';

const identity = 'surveillance-node';
const only = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'surveillance: channel between nodes', 32));
}

export function serverProof(secret: string): TlsOptions {
  const key = keyOf(secret);
  return { ...only, pskCallback: (_socket, named) => (named === identity ? key : null) };
}

export function clientProof(secret: string): ConnectionOptions {
  const psk = keyOf(secret);
  return {
    ...only,
    pskCallback: () => ({ identity, psk }),
    // Whoever shows a certificate has not shown that it knows the secret.
    checkServerIdentity: (_host, certificate) =>
      Object.keys(certificate ?? {}).length > 0 ? new Error('it shows a certificate') : undefined,
  };
}
