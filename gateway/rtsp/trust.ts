/** Whose certificates are believed for `rtsps`: the system's authorities, those of a file, or one certificate alone. */
import { existsSync, readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Trust } from './dial.ts';

export interface TrustSettings {
  /** Certificates of authorities, PEM. */
  readonly ca?: string | undefined;
  /** SHA-256 of the camera's own certificate, hexadecimal, with or without colons. */
  readonly fingerprint?: string | undefined;
}

/** Where distributions keep those that the system trusts; Node brings its own where there are none. */
const places = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];
let system: SecureContext | undefined;

export function trustOf({ ca, fingerprint }: TrustSettings): Trust {
  return {
    context: ca === undefined ? systemContext() : createSecureContext({ ca }),
    fingerprint: fingerprint?.replaceAll(':', '').toUpperCase(),
  };
}

/** Read once: it is large. */
function systemContext(): SecureContext {
  const place = [process.env.SSL_CERT_FILE ?? '', ...places].find((file) => existsSync(file));
  system ??= createSecureContext(place === undefined ? {} : { ca: readFileSync(place) });
  return system;
}
