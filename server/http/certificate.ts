/** What a certificate says of itself, and the one that this server makes for itself. */
import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { generate } from 'selfsigned';
import { ownAddresses } from '../media/addresses.ts';

const day = 86_400_000; // ms
const ownCommonName = 'Smart City WebRTC Surveillance (self-signed)';
const validDays = 397; // the longest that browsers accept
/** How long before its end the server's own certificate is renewed, ms. */
const renewBefore = 30 * day;
/** How long before a configured certificate ends people are warned, ms: ACME clients renew a month before. */
const warnBefore = 14 * day;

export type Validity = 'good' | 'ends soon' | 'has ended' | 'is not valid yet';

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** @param now ms since the epoch */
export function validityOf(cert: X509Certificate, now = Date.now()): Validity {
  if (new Date(cert.validFrom).getTime() > now) return 'is not valid yet';
  const left = new Date(cert.validTo).getTime() - now;
  if (left <= 0) return 'has ended';
  return left < (isOwn(cert) ? renewBefore : warnBefore) ? 'ends soon' : 'good';
}

/** Whether it was made here, by this version or an older one. */
export function isOwn({ subject, issuer }: X509Certificate): boolean {
  return subject.includes(ownCommonName) && subject === issuer;
}

/**
 * Whether a certificate that was made here is to be made again. Those of older versions could sign others: a
 * machine that had imported one trusted everything that its key signs.
 */
export function isWornOut(cert: X509Certificate, now = Date.now()): boolean {
  return isOwn(cert) && (cert.ca || validityOf(cert, now) !== 'good');
}

/** A certificate for this machine's names and addresses; nobody's but its own, so it vouches for nothing else. */
export async function makeOwn(now = Date.now()): Promise<Pair> {
  const names = [...new Set(['localhost', hostname()])];
  const addresses = [...new Set([...ownAddresses(), '127.0.0.1', '::1'])];
  const { private: key, cert } = await generate([{ name: 'commonName', value: ownCommonName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 3_600_000),
    notAfterDate: new Date(now + validDays * day),
    // A leaf (RFC 5280 §4.2.1): what imports it trusts this key for this server, and for no other.
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { key, cert };
}
