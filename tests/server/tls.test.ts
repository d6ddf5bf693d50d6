/** Renewed certificates are taken into use by the running server. */
import { X509Certificate } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, afterEach, expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { Client } from '../support/client.ts';
import { testWith } from '../support/prerequisites.ts';
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

test('TLS 1.2 is spoken with authenticated encryption only, after a renewal too', async () => {
  await makePair('earlier');
  await makePair('later');
  link('aead.pem', 'earlier.crt');
  link('aead.key', 'earlier.key');
  server = await startServer({
    TLS_CERT_FILE: path.join(folder, 'aead.pem'),
    TLS_KEY_FILE: path.join(folder, 'aead.key'),
    TLS_CHECK_INTERVAL: '100',
  });
  const { url } = server;
  const speaks = (ciphers: string): Promise<string> =>
    new Promise((resolve) => {
      const how = { maxVersion: 'TLSv1.2', rejectUnauthorized: false, ciphers } as const;
      const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', ...how }, () => {
        resolve(socket.getCipher().name);
        socket.destroy();
      });
      socket.once('error', () => resolve('refused'));
    });
  const others = [
    'ECDHE-ECDSA-AES128-SHA256',
    'ECDHE-ECDSA-AES256-SHA384',
    'ECDHE-ECDSA-AES256-SHA',
  ];
  for (const name of ['earlier', 'later']) {
    link('aead.pem', `${name}.crt`);
    link('aead.key', `${name}.key`);
    await expect.poll(() => servedName(url), { timeout: 5000 }).toBe(name);
    expect(await speaks('ECDHE-ECDSA-AES128-GCM-SHA256')).toContain('GCM');
    expect(await speaks('ECDHE-ECDSA-CHACHA20-POLY1305')).toContain('CHACHA20');
    for (const cbc of others) expect(await speaks(cbc), cbc).toBe('refused');
  }
});

/** Signed by itself, from and until so many days from now. */
async function makeValid(
  name: string,
  from: number,
  until: number,
): Promise<Record<string, string>> {
  const at = (days: number): Date => new Date(Date.now() + days * 86_400_000);
  const options = { notBeforeDate: at(from), notAfterDate: at(until), keyType: 'ec' } as const;
  const pair = await generate([{ name: 'commonName', value: name }], options);
  writeFileSync(path.join(folder, `${name}.key`), pair.private);
  writeFileSync(path.join(folder, `${name}.crt`), pair.cert);
  return {
    TLS_CERT_FILE: path.join(folder, `${name}.crt`),
    TLS_KEY_FILE: path.join(folder, `${name}.key`),
    TLS_CHECK_INTERVAL: '100',
  };
}

test.each([
  ['ends soon', -300, 5, 40],
  ['has ended', -300, -1, 50],
  ['is not valid yet', 2, 300, 50],
])(
  'a certificate that %s is said in the log once, in /readyz and in the metrics',
  async (state, from, until, level) => {
    server = await startServer(await makeValid(`cert-${level}-${until}`, from, until));
    const { url, log } = server;
    const told = () => log.filter(({ msg }) => String(msg).startsWith('the certificate '));
    await expect.poll(() => told().length).toBe(1);
    expect(told()[0]).toMatchObject({ level, msg: `the certificate ${state}` });
    const ready = await body(`${url}/readyz`);
    expect(JSON.parse(ready)).toMatchObject({ ready: true });
    expect(ready).toContain(`The certificate ${state}`);
    expect(await body(`${url}/metrics`)).toContain('surveillance_part_up{part="certificate"} 0');
    // Looked at ten times in a second, told of once a day.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(told()).toHaveLength(1);
  },
);

const inOwnFolder = testWith(['unshare', 'openssl'], { namespaces: true });

/** Starts a server that sees another folder of certificates in place of the project's. */
function startWith(certs: string, settings: Record<string, string> = {}): Promise<RunningServer> {
  const mount = `mount --bind ${certs} ${path.join(projectFolder, 'certs')} && exec "$@"`;
  return startServer(settings, { prefix: ['unshare', '--mount', 'sh', '-c', mount, 'sh'] });
}

/** What an older version made for itself. */
async function olderPair(certs: string, until: number, authority: boolean): Promise<string> {
  const name = 'Smart City WebRTC Surveillance (self-signed)';
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    notAfterDate: new Date(until),
    extensions: [{ name: 'basicConstraints', cA: authority }],
  });
  writeFileSync(path.join(certs, 'server-cert.pem'), cert);
  writeFileSync(path.join(certs, 'server-key.pem'), key);
  return cert;
}

inOwnFolder(
  'the certificate it makes for itself vouches for nothing else, and is trusted once imported',
  async () => {
    const certs = mkdtempSync(path.join(folder, 'certs-'));
    const former = await olderPair(certs, Date.now() + 300 * 86_400_000, true);
    server = await startWith(certs);
    const file = path.join(certs, 'server-cert.pem');
    const made = readFileSync(file, 'utf8');
    expect(made).not.toBe(former); // That of an older version could sign others.
    const text = execFileSync('openssl', ['x509', '-in', file, '-noout', '-text'], {
      encoding: 'utf8',
    });
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
    expect(text).toMatch(/Extended Key Usage: *\s+TLS Web Server Authentication\n/);
    expect(statSync(path.join(certs, 'server-key.pem')).mode & 0o777).toBe(0o600);
    // OpenSSL, as curl and Node have it, with it as the one that is trusted, and with none.
    const { port } = new URL(server.url);
    const authorized = (ca?: string): Promise<boolean> =>
      new Promise((resolve) => {
        const how = { port: Number(port), host: '127.0.0.1', servername: 'localhost' };
        const socket = connect({ ...how, ...(ca ? { ca } : {}), rejectUnauthorized: false }, () => {
          resolve(socket.authorized);
          socket.destroy();
        });
      });
    expect(await authorized(made)).toBe(true);
    expect(await authorized()).toBe(false);
    // What its key signs is nobody's.
    const signing = { key: readFileSync(path.join(certs, 'server-key.pem'), 'utf8'), cert: made };
    await makePair('signed-by-it', signing);
    const verified = spawnSync('openssl', [
      'verify',
      '-CAfile',
      file,
      path.join(folder, 'signed-by-it.crt'),
    ]);
    expect(verified.status).not.toBe(0);
    // The same one after a restart: browsers that accepted it go on.
    await server.restart();
    expect(readFileSync(file, 'utf8')).toBe(made);
  },
);

inOwnFolder('it renews its own certificate a month before its end, while it runs', async () => {
  const certs = mkdtempSync(path.join(folder, 'certs-'));
  const soon = Date.now() + 30 * 86_400_000 + 15_000;
  const former = await olderPair(certs, soon, false);
  server = await startWith(certs, { TLS_CHECK_INTERVAL: '100' });
  const { url, log } = server;
  const served = (): Promise<string> => servedUntil(url);
  expect(await served()).toBe(new X509Certificate(former).validTo);
  const client = new Client(url);
  await expect.poll(() => client.socket.connected).toBe(true);
  await expect
    .poll(() => log.filter(({ msg }) => msg === 'certificate renewed').length, { timeout: 20_000 })
    .toBe(1);
  expect(new Date(await served()).getTime()).toBeGreaterThan(soon + 300 * 86_400_000);
  expect(client.socket.connected).toBe(true);
  client.close();
});

test('who comes by http:// to the port of https:// is sent there, and a change is not taken in plain', async () => {
  const studio = 'https://studio.example';
  server = await startServer({ LIMITS_HEADERS_TIME: '1500', HTTP_ALLOWED_ORIGINS: studio });
  const { port } = new URL(server.url);
  const plain = `http://localhost:${port}`;
  const sent = await fetch(`${plain}/wall?match=CBD-*`, { redirect: 'manual' });
  expect(sent.status).toBe(307);
  expect(sent.headers.get('location')).toBe(`https://localhost:${port}/wall?match=CBD-*`);
  expect(await sent.text()).toContain('https://');
  const posted = await fetch(`${plain}/api/sign-in`, { method: 'POST', body: '{}' });
  expect(posted.status).toBe(400);
  expect(await posted.text()).toContain('https://');
  // Encoders and players are told in their own way, and sent nowhere.
  for (const [method, path] of [
    ['POST', '/whip/GATE-01'],
    ['GET', '/whep/GATE-01?node=one'],
  ]) {
    const headers = { origin: studio };
    const told = await fetch(`${plain}${path}`, { method, headers, redirect: 'manual' });
    expect(told.status).toBe(400);
    expect(told.headers.get('content-type')).toBe('application/problem+json');
    expect(told.headers.get('access-control-allow-origin')).toBe(studio);
    expect(await told.json()).toMatchObject({ detail: expect.stringContaining('https://') });
  }
  const raw = (bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let heard = '';
      const socket = connectTcp(Number(port), '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      socket.once('close', () => resolve(heard));
      socket.once('error', reject);
    });
  for (const host of ['evil.example/x', '', 'a b', '@evil']) {
    expect(await raw(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`), host).toMatch(/^HTTP\/1.1 400 /);
  }
  expect(await raw('GET //evil.example HTTP/1.1\r\nHost: here\r\n\r\n')).toContain(
    'Location: https://here//evil',
  );
  expect(await raw('nonsense\r\n\r\n')).toContain('400');
  // Who says nothing, or half of it, is not waited for.
  expect(await raw('')).toBe('');
  await raw('GET / HTTP/1.1\r\n');
  // Neither takes TLS anything away, however it is cut.
  expect((await answer(server.url)).statusCode).toBe(200);
});

function servedUntil(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      port: Number(new URL(url).port),
      host: '127.0.0.1',
      rejectUnauthorized: false,
    };
    const socket = connect(options, () => {
      resolve(socket.getPeerCertificate().valid_to);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

function body(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
    }).once('error', reject);
  });
}

function answer(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${url}/`, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      resolve(response);
    }).once('error', reject);
  });
}
