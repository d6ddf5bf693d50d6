/** The server's certificate: read from the configured files, or made here on the first start. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { projectFolder, type Settings } from '../config.ts';
import { StartupError } from '../startup-error.ts';
import { isOwn, isWornOut, makeOwn } from './certificate.ts';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly certificate: X509Certificate;
  readonly validUntil: Date;
  readonly selfSigned: boolean;
  /** Made here, so renewed here. */
  readonly own: boolean;
}

/** TLS 1.2 with authenticated encryption and forward secrecy only; of 1.3 all there is. */
export const tlsRules = {
  minVersion: 'TLSv1.2',
  ciphers: [
    ...['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
    ...['ECDHE+AESGCM', 'ECDHE+CHACHA20'],
  ].join(':'),
} as const;

const defaultFiles = { cert: 'certs/server-cert.pem', key: 'certs/server-key.pem' };

export function tlsPaths(settings: Settings['tls']): { certFile: string; keyFile: string } {
  return {
    certFile: path.resolve(projectFolder, settings.cert_file),
    keyFile: path.resolve(projectFolder, settings.key_file),
  };
}

/**
 * @param patience for another server that writes the own pair at the same time, ms
 * @throws StartupError naming the setting, when a file cannot be read or used
 */
export async function loadTls(settings: Settings['tls'], patience = 1000): Promise<TlsFiles> {
  const { certFile, keyFile } = tlsPaths(settings);
  const ours = settings.cert_file === defaultFiles.cert && settings.key_file === defaultFiles.key;
  if (ours) await keepOwn(certFile, keyFile, patience);
  const cert = read('tls.cert_file', certFile);
  const key = read('tls.key_file', keyFile);
  try {
    const certificate = new X509Certificate(cert);
    return {
      cert,
      key,
      certificate,
      validUntil: new Date(certificate.validTo),
      selfSigned: certificate.issuer === certificate.subject,
      own: ours && isOwn(certificate),
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
    throw new StartupError(
      `The setting ${setting} names ${file}, which cannot be read (${codeOf(error)}).`,
    );
  }
}

/** Makes the own pair where there is none that is good; another server may be about to do the same. */
async function keepOwn(certFile: string, keyFile: string, patience: number): Promise<void> {
  if (!existsSync(certFile) || holdsWornOut(certFile)) await renewOwn(certFile, keyFile);
  // What was written longer ago is no half of a pair that is being made, but a mistake, which is told at once.
  while (!isPair(certFile, keyFile) && isNewerThan(patience, [certFile, keyFile])) await pause(50);
}

function isNewerThan(age: number, files: string[]): boolean {
  return files.some((file) => {
    const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
    return Math.abs(Date.now() - written) < age;
  });
}

function isPair(certFile: string, keyFile: string): boolean {
  try {
    const key = createPrivateKey(readFileSync(keyFile));
    return new X509Certificate(readFileSync(certFile)).checkPrivateKey(key);
  } catch {
    return false; // Reading them again will name the fault.
  }
}

function holdsWornOut(file: string): boolean {
  try {
    return isWornOut(new X509Certificate(readFileSync(file)));
  } catch {
    return false; // Not ours to replace; reading it again will name the fault.
  }
}

async function renewOwn(certFile: string, keyFile: string): Promise<void> {
  const { key, cert } = await makeOwn();
  try {
    mkdirSync(path.dirname(certFile), { recursive: true });
    replaceFile(keyFile, key, 0o600);
    replaceFile(certFile, cert, 0o644);
  } catch (error) {
    throw new StartupError(
      `A self-signed certificate cannot be written to ${path.dirname(certFile)} (${codeOf(error)}): let the server's user write there, name a certificate with tls.cert_file and tls.key_file, or switch TLS off behind a proxy.`,
    );
  }
}

/** The file is whole at any time: the server may end, or another one read it, in the midst of this. */
function replaceFile(file: string, text: string, mode: number): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, text, { mode });
  renameSync(fresh, file);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
