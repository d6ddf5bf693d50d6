/** Renewed certificates are taken into use by the running server. */
import { X509Certificate } from 'node:crypto';
import { cpSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Client } from '../support/client.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-tls-'));
let server: RunningServer | undefined;
afterEach(async () => server?.stop());
afterAll(() => rmSync(folder, { recursive: true }));

async function makePair(name: string, ca?: { key: string; cert: string }): Promise<void> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(ca ? { ca } : {}),
  });
  writeFileSync(path.join(folder, `${name}.key`), key);
  writeFileSync(path.join(folder, `${name}.crt`), cert);
}

/** Moves a link at once, as ACME clients do. */
function link(name: string, target: string): void {
  const fresh = path.join(folder, `fresh-${name}`);
  symlinkSync(path.join(folder, target), fresh);
  renameSync(fresh, path.join(folder, name));
}

function servedName(url: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(
      { port: Number(port), host: '127.0.0.1', rejectUnauthorized: false },
      () => {
        const raw = socket.getPeerCertificate().raw;
        socket.end();
        resolve(new X509Certificate(raw).subject.replace('CN=', ''));
      },
    );
    socket.once('error', reject);
  });
}

test('a certificate that is renewed behind its links is served without a restart', async () => {
  await makePair('first');
  await makePair('second');
  link('cert.pem', 'first.crt');
  link('key.pem', 'first.key');
  server = await startServer({
    TLS_CERT_FILE: path.join(folder, 'cert.pem'),
    TLS_KEY_FILE: path.join(folder, 'key.pem'),
    TLS_CHECK_INTERVAL: '100',
  });
  const { url, log } = server;
  expect(await servedName(url)).toBe('first');
  const client = new Client(url);
  await expect.poll(() => client.socket.connected).toBe(true);
  link('cert.pem', 'second.crt');
  await expect
    .poll(() => log.filter(({ msg }) => String(msg).includes('do not match')).length)
    .toBeGreaterThan(0);
  expect(await servedName(url)).toBe('first');
  link('key.pem', 'second.key');
  await expect.poll(() => servedName(url)).toBe('second');
  writeFileSync(path.join(folder, 'broken.crt'), 'not a certificate');
  cpSync(path.join(folder, 'broken.crt'), path.join(folder, 'cert.pem'));
  await expect
    .poll(() => log.filter(({ msg }) => String(msg).includes('cannot be used')).length)
    .toBeGreaterThan(0);
  expect(await servedName(url)).toBe('second');
  expect(client.socket.connected).toBe(true);
  client.close();
});

test('browsers are told to come by HTTPS for good only while the certificate is not self-signed', async () => {
  const name = [{ name: 'commonName', value: 'authority' }];
  const authority = await generate(name, { keyType: 'ec', algorithm: 'sha256' });
  await makePair('alone');
  await makePair('signed', { key: authority.private, cert: authority.cert });
  link('hsts.pem', 'alone.crt');
  link('hsts.key', 'alone.key');
  server = await startServer({
    TLS_CERT_FILE: path.join(folder, 'hsts.pem'),
    TLS_KEY_FILE: path.join(folder, 'hsts.key'),
    TLS_CHECK_INTERVAL: '100',
  });
  const { url } = server;
  expect((await answer(url)).headers['strict-transport-security']).toBeUndefined();
  link('hsts.pem', 'signed.crt');
  link('hsts.key', 'signed.key');
  await expect
    .poll(async () => (await answer(url)).headers['strict-transport-security'], { timeout: 5000 })
    .toMatch(/^max-age=31536000/);
});

test('nothing older than TLS 1.2 is spoken', async () => {
  server = await startServer();
  const { port } = new URL(server.url);
  const attempt = new Promise((resolve, reject) => {
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL@SECLEVEL=0' } as const;
    connect({ port: Number(port), rejectUnauthorized: false, ...old }, () =>
      resolve('connected'),
    ).once('error', reject);
  });
  await expect(attempt).rejects.toThrow(/protocol|alert/i);
});

function answer(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${url}/`, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      resolve(response);
    }).once('error', reject);
  });
}
