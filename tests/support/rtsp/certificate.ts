/** A certificate as cameras make it for themselves, of 127.0.0.1. */
import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

export interface CameraCertificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-256, as people compare it: pairs of capitals. */
  readonly fingerprint: string;
}

export async function cameraCertificate(): Promise<CameraCertificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'camera' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256 };
}
