/** Whatever layer refuses a request of WHIP or WHEP, a page of a named origin can read why, as problem details. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../support/server.ts';
import { setUp, type Visitor } from '../support/visitor.ts';

const studio = 'https://studio.example';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({
    ...{ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts', HTTP_ALLOWED_ORIGINS: studio },
    ...{ HTTP_TRUSTED_PROXIES: '127.0.0.1', LIMITS_REQUESTS_PER_ADDRESS: '60' },
  });
});
afterAll(async () => {
  await server?.stop();
});

/** @param from an address of the client, as a proxy tells it */
const ask = (method: string, path: string, from: string, more: Record<string, string> = {}) =>
  fetch(new URL(path, server.url), {
    method,
    headers: { origin: studio, 'x-forwarded-for': from, ...more },
    ...(method === 'POST' ? { body: more['content-type'] === undefined ? '' : 'v=0\r\n' } : {}),
  });

async function readable(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get('access-control-allow-origin')).toBe(studio);
  expect(response.headers.get('access-control-expose-headers')).toContain('Retry-After');
  expect(response.headers.get('vary')).toContain('Origin');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ status: response.status, detail: expect.any(String) });
  return problem;
}

const preflight = { 'access-control-request-method': 'POST' };

describe.each(['/whip/DOOR-1', '/whep/DOOR-1', '/whip/DOOR-1/gone', '/whep'])('%s', (path) => {
  test('before the first start is refused in words that a page can read', async () => {
    const problem = await readable(await ask('POST', path, '192.0.2.1'));
    expect(problem).toMatchObject({ status: 403, detail: expect.stringContaining('set-up link') });
    expect((await ask('OPTIONS', path, '192.0.2.1', preflight)).status).toBe(204);
    const foreign = await ask('POST', path, '192.0.2.1', { origin: 'https://evil.example' });
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([
      403,
      null,
    ]);
    expect(foreign.headers.get('content-type')).toBe('application/problem+json');
  });

  test('below a path of another site is told so', async () => {
    const below = await ask('POST', path, '192.0.2.2', { 'x-forwarded-prefix': '/console' });
    expect(await readable(below)).toMatchObject({ status: 404 });
  });
});

test('what is no door keeps its plain words', async () => {
  const response = await ask('GET', '/wall', '192.0.2.3');
  expect(response.status).toBe(403);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await response.text()).toBe(
    'This server is not set up yet: open the set-up link that it printed when it started.\n',
  );
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

describe('once it is set up', () => {
  let ada: Visitor;
  let key: Record<string, string>;
  beforeAll(async () => {
    ada = await setUp(server);
    key = { authorization: `Bearer ${(await ada.addKey('camera', 'DOOR-*')).secret}` };
  });

  test.each([
    ['no key', 401, 'POST', '/whip/DOOR-1', 'nobody'],
    ['another method', 405, 'PUT', '/whip/DOOR-1', 'nobody'],
    ['no session', 404, 'DELETE', '/whip/DOOR-1/gone', 'key'],
    ['another type', 415, 'POST', '/whip/DOOR-1', 'key'],
    ['nothing of use', 400, 'POST', '/whip/DOOR-1', 'key and type'],
    ['no zone', 404, 'POST', '/whip', 'key'],
  ])('%s is %i', async (_name, status, method, path, brought) => {
    const headers = {
      ...(brought === 'nobody' ? {} : key),
      ...(brought === 'key and type' ? { 'content-type': 'application/sdp' } : {}),
    };
    expect(await readable(await ask(method, path, '192.0.2.4', headers))).toMatchObject({ status });
  });

  test('too many requests of an address say when to ask again; what a browser asks beforehand is answered', async () => {
    const responses = await Promise.all(
      Array.from({ length: 70 }, () => ask('DELETE', '/whep/DOOR-1/gone', '192.0.2.5')),
    );
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(5);
    for (const response of refused.slice(0, 3)) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await readable(response)).toMatchObject({ code: 'throttled' });
    }
    const beforehand = await ask('OPTIONS', '/whep/DOOR-1', '192.0.2.5', preflight);
    expect(beforehand.status).toBe(204);
    expect(beforehand.headers.get('accept-post')).toBe('application/sdp');
  });
});
