/** Certificates, as people compare them and hand them over. */
import { z } from 'zod';

/** SHA-256 of a certificate as tools print it, with or without colons; kept as 64 small digits. */
export const Fingerprint = z
  .string()
  .max(200)
  .transform((text) => text.replaceAll(/[:\s]/g, '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of a certificate, 64 digits'));

/** As people compare it: pairs of capitals. */
export function readableFingerprint(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/../g) ?? []).join(':');
}

/** Certificates of authorities, PEM (RFC 7468). */
export const Authorities = z
  .string()
  .max(32_000)
  .refine(
    (text) => /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(text),
    'certificates in PEM: -----BEGIN CERTIFICATE----- …',
  );
