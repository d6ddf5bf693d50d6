/** What the server makes of a proxy in front of it, set up right or wrong. */
import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../support/server.ts';

let trusting: RunningServer;
let alone: RunningServer;
beforeAll(async () => {
  const open = { TLS_ENABLED: 'false', MEDIA_WORKERS: '1' };
  [trusting, alone] = await Promise.all([
    startServer({ ...open, HTTP_TRUSTED_PROXIES: 'loopback' }),
    startServer(open),
  ]);
});
afterAll(async () => {
  await Promise.all([trusting?.stop(), alone?.stop()]);
});

interface Reply {
  status: number | undefined;
  location: string | undefined;
  body: string;
}

/** The path and the Host header are sent as they are written. */
function ask(server: RunningServer, path: string, headers: object = {}): Promise<Reply> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers: { ...headers } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode, location: response.headers.location, body });
      });
    })
      .once('error', reject)
      .end();
  });
}

test('metrics and health are where they are said to be, in no other spelling', async () => {
  expect((await ask(alone, '/metrics')).body).toContain('surveillance_zones');
  expect((await ask(alone, '/healthz')).status).toBe(200);
  const others = ['/metrics/', '/METRICS', '/Metrics/', '//metrics', '/%6Detrics', '/metrics//'];
  for (const path of [...others, '/metrics%2f', '/x/../metrics', '/HEALTHZ', '/readyz/']) {
    const { status, body } = await ask(alone, path);
    expect(status, path).toBe(404);
    expect(body, path).not.toContain('surveillance_');
  }
});

test('metrics are not for whoever comes through a proxy, trusted or not', async () => {
  const through = { 'x-forwarded-for': '203.0.113.9' };
  expect((await ask(trusting, '/metrics', through)).status).toBe(403);
  expect((await ask(trusting, '/metrics', { 'x-forwarded-for': '127.0.0.1' })).status).toBe(200);
  // This proxy is not in the settings: its own address would stand for everybody's.
  for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-host']) {
    expect((await ask(alone, '/metrics', { [name]: '127.0.0.1' })).status, name).toBe(403);
  }
  const told = alone.log.filter(({ msg }) => String(msg).includes('http.trusted_proxies'));
  expect(told).toHaveLength(1);
});

test('a browser that came to the proxy by plain HTTP is sent to HTTPS, where cameras and sign-ins work', async () => {
  const plain = { host: 'city.example', 'x-forwarded-for': '203.0.113.9' };
  const insecure = { ...plain, 'x-forwarded-proto': 'http' };
  const sent = await ask(trusting, '/wall?match=CBD-*', insecure);
  expect(sent).toMatchObject({ status: 307, location: 'https://city.example/wall?match=CBD-*' });
  expect((await ask(trusting, '/', { ...plain, 'x-forwarded-proto': 'https' })).status).toBe(200);
  expect((await ask(trusting, '/', plain)).status).toBe(200);
  // Which port HTTPS has, nobody knows; what no host is, is sent nowhere.
  for (const host of ['city.example:8080', 'evil.example/x', 'a b']) {
    const { status, body, location } = await ask(trusting, '/', { ...insecure, host });
    expect(location, host).toBeUndefined();
    expect(status, host).toBe(403);
    expect(body, host).toContain('https://');
  }
  for (const host of ['localhost:5000', '127.0.0.1', '[::1]:5000']) {
    expect((await ask(trusting, '/', { ...insecure, host })).status, host).toBe(200);
  }
  // Not from a stranger, and not for what is no page.
  expect((await ask(alone, '/', insecure)).status).toBe(200);
  expect((await ask(trusting, '/readyz', insecure)).status).toBe(200);
  expect((await ask(trusting, '/api/me', insecure)).location).toBeUndefined();
});

test('a console below a path of another site says at once that it needs a name of its own', async () => {
  const below = 'host name of its own';
  // The proxy takes the path away and says so, or leaves it there.
  const stripped = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-prefix': '/console' };
  expect(await ask(trusting, '/', stripped)).toMatchObject({ status: 404 });
  expect((await ask(trusting, '/', stripped)).body).toContain(below);
  for (const path of ['/console/', '/console/wall', '/a/b/sign-in', '/console/enrol?x=1']) {
    const { status, body } = await ask(trusting, path);
    expect(status, path).toBe(404);
    expect(body, path).toContain(below);
  }
  expect((await ask(trusting, '/nothing')).body).not.toContain(below);
  // Or it says nothing: then the page comes without its files, and speaks for itself.
  const { body } = await ask(trusting, '/');
  expect(body).toMatch(/<p class="unreached" lang="en">[^<]*host name of its own/);
  expect((await ask(trusting, '/', { 'x-forwarded-prefix': '/' })).status).toBe(200);
});
