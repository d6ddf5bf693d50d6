/** The server's certificate: read from the configured files, or made here on the first start. */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';
import { projectFolder, type Settings } from '../config.ts';
import { ownAddresses } from '../media/addresses.ts';
import { StartupError } from '../startup-error.ts';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly validUntil: Date;
  readonly selfSigned: boolean;
}

const ownCommonName = 'Smart City WebRTC Surveillance (self-signed)';
const defaultFiles = { cert: 'certs/server-cert.pem', key: 'certs/server-key.pem' };
const validDays = 397; // the longest that browsers accept

export function tlsPaths(settings: Settings['tls']): { certFile: string; keyFile: string } {
  return {
    certFile: path.resolve(projectFolder, settings.cert_file),
    keyFile: path.resolve(projectFolder, settings.key_file),
  };
}

/** @throws StartupError naming the setting, when a file cannot be read or used */
export async function loadTls(settings: Settings['tls']): Promise<TlsFiles> {
  const { certFile, keyFile } = tlsPaths(settings);
  const ours = settings.cert_file === defaultFiles.cert && settings.key_file === defaultFiles.key;
  if (ours && (!existsSync(certFile) || expiredSelfSigned(certFile))) {
    await makeSelfSigned(certFile, keyFile);
  }
  const cert = read('tls.cert_file', certFile);
  const key = read('tls.key_file', keyFile);
  try {
    const parsed = new X509Certificate(cert);
    return {
      cert,
      key,
      validUntil: new Date(parsed.validTo),
      selfSigned: parsed.issuer === parsed.subject,
    };
  } catch {
    throw new StartupError(
      `The setting tls.cert_file names ${certFile}, which holds no certificate.`,
    );
  }
}

function read(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new StartupError(
      `The setting ${setting} names ${file}, which cannot be read (${reason}).`,
    );
  }
}

function expiredSelfSigned(file: string): boolean {
  try {
    const { subject, validTo } = new X509Certificate(readFileSync(file));
    return subject.includes(ownCommonName) && new Date(validTo) < new Date();
  } catch {
    return false; // Not ours to replace; reading it again will name the fault.
  }
}

async function makeSelfSigned(certFile: string, keyFile: string): Promise<void> {
  const now = Date.now();
  const pem = await generate([{ name: 'commonName', value: ownCommonName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 3_600_000),
    notAfterDate: new Date(now + validDays * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...[...new Set(['localhost', hostname()])].map((value) => ({ type: 2 as const, value })),
          ...[...new Set([...ownAddresses(), '127.0.0.1', '::1'])].map((ip) => ({
            type: 7 as const,
            ip,
          })),
        ],
      },
    ],
  });
  mkdirSync(path.dirname(certFile), { recursive: true });
  writeFileSync(keyFile, pem.private, { mode: 0o600 });
  writeFileSync(certFile, pem.cert);
}
