/** WHIP: an encoder's offer becomes the camera of a zone, under the same grants, audit and privacy as any other. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AuditPage } from '../../server/contract/audit.ts';
import { tile } from '../support/client.ts';
import { rectangle } from '../support/masks.ts';
import { metricValue } from '../support/metrics.ts';
import { offers } from '../support/offers.ts';
import { LightWatcher } from '../support/peers/watcher.ts';
import { WhipEncoder, type EncoderOptions } from '../support/peers/whip-encoder.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { bearer } from '../support/site.ts';
import { setUp, type Visitor } from '../support/visitor.ts';

let server: RunningServer;
let ada: Visitor;
let key: Record<string, string>;
const peers: { close(): void }[] = [];
beforeAll(async () => {
  server = await startServer({
    ...{ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' },
    HTTP_ALLOWED_ORIGINS: 'https://studio.example',
    TURN_URLS: 'turn:turn.example:3478?transport=udp',
    TURN_SECRET: 'a secret of sixteen and more',
    ...{ CAMERA_WARM_UP: '100', CAMERA_LINGER: '100', LIMITS_JOINS_PER_SIGN_IN: '150' },
  });
  ada = await setUp(server);
  key = await keyFor('WHIP-*');
});
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});
afterAll(async () => {
  await server?.stop();
});

async function keyFor(zones: string, role: 'camera' | 'wall' = 'camera') {
  return bearer((await ada.addKey(role, zones)).secret);
}

async function film(zone: string, options: EncoderOptions = {}): Promise<WhipEncoder> {
  const encoder = await WhipEncoder.film(server.url, zone, { headers: key, ...options });
  peers.push(encoder);
  return encoder;
}

async function watch(what: Parameters<LightWatcher['watch']>[0]): Promise<LightWatcher> {
  const watcher = new LightWatcher(server.url, { headers: ada.headers });
  peers.push(watcher);
  await watcher.watch(what);
  await watcher.connected();
  return watcher;
}

const sdp = { 'content-type': 'application/sdp' };
const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
  fetch(new URL(path, server.url), {
    method,
    redirect: 'manual',
    headers,
    ...(body === undefined ? {} : { body }),
  });

/** A refusal as problem details (RFC 9457). */
async function problemOf(response: Response): Promise<{ status: number; detail: string }> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await response.json()) as { status: number; title: string; detail: string };
  expect(problem).toMatchObject({ status: response.status, title: expect.any(String) });
  return problem;
}

test('an encoder films a zone, is watched, and ends by DELETE; the audit has both', async () => {
  const encoder = await film('WHIP-01');
  const watcher = await watch('WHIP-01');
  await expect.poll(() => watcher.received().packets, { timeout: 8000 }).toBeGreaterThan(20);
  expect((await encoder.delete()).status).toBe(200);
  expect((await problemOf(await encoder.delete())).status).toBe(404);
  await expect.poll(() => encoder.state, { timeout: 5000 }).not.toBe('connected');
  const actions = async (): Promise<string[]> => {
    const path = '/api/audit?zone=WHIP-01&kind=filming';
    const { records } = await ada.request<AuditPage>('GET', path);
    return records.map(({ action }) => action);
  };
  await expect.poll(actions, { timeout: 5000 }).toEqual(['ended', 'began']);
});

test('201 has the answer, an address that nobody guesses, the tag of the ICE session, and relays', async () => {
  const encoder = new WhipEncoder(server.url, { headers: key });
  peers.push(encoder);
  const { status, headers } = await encoder.post('whip-02');
  expect(status).toBe(201);
  expect(headers.get('content-type')).toBe('application/sdp');
  expect(headers.get('location')).toMatch(/^\/whip\/WHIP-02\/[\w-]{32}$/);
  expect(headers.get('etag')).toMatch(/^"[\w-]+"$/);
  expect(headers.get('accept-patch')).toBe('application/trickle-ice-sdpfrag');
  expect(headers.get('link')).toMatch(
    /^<turn:turn\.example:3478\?transport=udp>; rel="ice-server"; username="\d+:[^"]+"; credential="[^"]+"; credential-type="password"$/,
  );
  expect(encoder.answer).toContain('a=setup:passive');
  expect(encoder.answer).toMatch(/a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 \d+ typ host\r\n/);
});

describe('a request', () => {
  test('without a key, or with one that is wrong, is told how to bring one', async () => {
    for (const headers of [{}, bearer('wrong'), { cookie: ada.headers.cookie ?? '' }]) {
      const response = await ask('POST', '/whip/WHIP-03', { ...sdp, ...headers }, offers.obs);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect((await problemOf(response)).status).toBe(401);
    }
  });

  test.each([
    ['another zone', 403, '/whip/ELSEWHERE-1', sdp, offers.obs],
    ['no zone', 400, '/whip/a%20zone', sdp, offers.obs],
    ['a zone and a slash', 404, '/whip/WHIP-03/', sdp, offers.obs],
    ['a broken path', 400, '/whip/%E0%A4%A', sdp, offers.obs],
    ['compressed nonsense', 400, '/whip/WHIP-03', { ...sdp, 'content-encoding': 'gzip' }, 'x'],
    ['JSON', 415, '/whip/WHIP-03', { 'content-type': 'application/json' }, '{}'],
    ['no type', 415, '/whip/WHIP-03', {}, undefined],
    ['another answer wanted', 406, '/whip/WHIP-03', { ...sdp, accept: 'text/html' }, offers.obs],
    ['128 kB', 413, '/whip/WHIP-03', sdp, 'x'.repeat(131_072)],
    ['nothing', 400, '/whip/WHIP-03', sdp, ''],
    ['bytes', 400, '/whip/WHIP-03', sdp, '\u0000\u0001\ufffd'.repeat(100)],
    ['foreign codecs', 422, '/whip/WHIP-03', sdp, offers.libdatachannel.replaceAll('VP8', 'H265')],
  ])('with %s is answered %i', async (_name, status, path, headers, body) => {
    const problem = await problemOf(await ask('POST', path, { ...key, ...headers }, body));
    expect(problem.status).toBe(status);
    expect(problem.detail).toMatch(/\w{3}/);
  });

  test('of a wall may not film', async () => {
    const headers = { ...sdp, ...(await keyFor('WHIP-*', 'wall')) };
    expect((await ask('POST', '/whip/WHIP-03', headers, offers.obs)).status).toBe(403);
  });

  test('of another method is told which there are', async () => {
    const { location } = await film('WHIP-04');
    for (const [path, methods, allow] of [
      ['/whip/WHIP-04', ['PUT', 'PATCH', 'DELETE'], 'POST, OPTIONS, GET, HEAD'],
      [location, ['PUT', 'POST'], 'PATCH, DELETE, OPTIONS, GET, HEAD'],
    ] as const) {
      for (const method of methods) {
        const response = await ask(method, path, key);
        expect(response.status).toBe(405);
        expect(response.headers.get('allow')).toBe(allow);
      }
      // There is nothing to be read, which is no mistake (RFC 9725 §4.1).
      for (const method of ['GET', 'HEAD']) {
        const response = await ask(method, path);
        expect([response.status, await response.text()]).toEqual([204, '']);
      }
    }
  });

  test('of a page is for origins that the settings name', async () => {
    const preflight = (origin: string, path: string) =>
      ask('OPTIONS', path, { origin, 'access-control-request-method': 'POST' });
    const allowed = await preflight('https://studio.example', '/whip/WHIP-03');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://studio.example');
    expect(allowed.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect(allowed.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(allowed.headers.get('accept-post')).toBe('application/sdp');
    expect(allowed.headers.get('vary')).toContain('Origin');
    const foreign = await preflight('https://evil.example', '/whip/WHIP-03');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    const evil = { ...sdp, ...key, origin: 'https://evil.example' };
    expect((await ask('POST', '/whip/WHIP-03', evil, offers.obs)).status).toBe(403);
    const own = { ...sdp, ...key, origin: 'https://studio.example' };
    const answered = await ask('POST', '/whip/WHIP-03', own, '');
    expect(answered.headers.get('access-control-allow-origin')).toBe('https://studio.example');
    const exposed = answered.headers.get('access-control-expose-headers');
    for (const name of ['Location', 'Link', 'ETag']) expect(exposed).toContain(name);
  });
});

test('PATCH takes candidates under the tag of now, and begins ICE anew under any', async () => {
  const encoder = await film('WHIP-05');
  const way = (ufrag: string) => `a=ice-ufrag:${ufrag}\r\na=ice-pwd:${'p'.repeat(24)}\r\n`;
  const own = /a=ice-ufrag:(\S+)/.exec(encoder.offer)?.[1] ?? '';
  const candidate =
    'm=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 UDP 1 127.0.0.1 9 typ host\r\n';
  const trickle = await encoder.patch(way(own) + candidate, encoder.etag);
  expect([trickle.status, await trickle.text()]).toEqual([204, '']);
  expect(trickle.headers.get('etag')).toBeNull(); // RFC 9725 §4.3.2: it is the same ICE session.
  expect((await problemOf(await encoder.patch(way(own)))).status).toBe(428);
  expect((await problemOf(await encoder.patch(way(own), '"another"'))).status).toBe(412);
  expect((await problemOf(await encoder.patch(way('newOne'), encoder.etag))).status).toBe(412);
  expect((await problemOf(await encoder.patch('nonsense', encoder.etag))).status).toBe(400);
  const wrong = await encoder.patch(way(own), encoder.etag, sdp);
  expect(wrong.headers.get('accept-patch')).toBe('application/trickle-ice-sdpfrag');
  expect((await problemOf(wrong)).status).toBe(415);

  const restart = await encoder.patch(way('newOne'), '"*"');
  expect(restart.status).toBe(200);
  expect(restart.headers.get('content-type')).toBe('application/trickle-ice-sdpfrag');
  const fragment = await restart.text();
  expect(fragment).toMatch(/a=ice-ufrag:\S+\r\na=ice-pwd:\S+\r\n/);
  expect(fragment).toMatch(/a=mid:0\r\na=candidate:/);
  expect(encoder.answer).not.toContain(/a=ice-ufrag:\S+/.exec(fragment)?.[0]);
  const etag = restart.headers.get('etag') ?? '';
  expect(etag).not.toBe(encoder.etag);
  expect((await encoder.patch(way('newOne'), encoder.etag)).status).toBe(412);
  expect((await encoder.patch(way('newOne'), etag)).status).toBe(204);
  expect((await encoder.patch(way('another'), '*')).status).toBe(200);
});

test("another key's session is not there, and each request asks for a key", async () => {
  const encoder = await film('WHIP-06');
  const other = await keyFor('WHIP-*');
  for (const method of ['DELETE', 'PATCH']) {
    expect((await ask(method, encoder.location, other)).status).toBe(404);
    expect((await ask(method, encoder.location)).status).toBe(401);
  }
  expect((await encoder.delete()).status).toBe(200);
});

test('a camera that is there keeps its zone, whatever it is', async () => {
  const first = await film('WHIP-07');
  const second = new WhipEncoder(server.url, { headers: key });
  peers.push(second);
  const problem = await problemOf(await second.post('WHIP-07'));
  expect(problem).toMatchObject({ status: 409, detail: expect.stringContaining('WHIP-07') });
  const metrics = await (await ask('GET', '/metrics')).text();
  const counted = 'surveillance_denied_requests_total{code="zone-occupied"}';
  expect(metricValue(metrics, counted)).toBeGreaterThan(0);
  const watcher = await watch('WHIP-07');
  await expect.poll(() => watcher.received().packets, { timeout: 8000 }).toBeGreaterThan(20);
  expect(first.state).toBe('connected');
});

test('a zone that gets masks ends it, and takes it back when it has none', async () => {
  const encoder = await film('WHIP-08');
  const watcher = await watch('WHIP-08');
  await expect.poll(() => watcher.received().packets, { timeout: 8000 }).toBeGreaterThan(20);
  await ada.request('PUT', '/api/zones/WHIP-08', { masks: [rectangle] });
  await expect
    .poll(() => watcher.client.heard('producer:gone'), { timeout: 5000 })
    .toMatchObject([{ zone: 'WHIP-08', blank: true }]);
  expect((await encoder.delete()).status).toBe(404);
  const again = new WhipEncoder(server.url, { headers: key });
  peers.push(again);
  const problem = await problemOf(await again.post('WHIP-08'));
  expect(problem).toMatchObject({ status: 409, code: 'masks-required' });
  await ada.request('PUT', '/api/zones/WHIP-08', { masks: [] });
  expect((await again.post('WHIP-08')).status).toBe(201);
});

test('a key that is revoked ends what films with it within a second', async () => {
  const { key: revoked, secret } = await ada.addKey('camera', 'REVOKED-*');
  const headers = bearer(secret);
  const encoder = await film('REVOKED-1', { headers });
  const watcher = await watch('REVOKED-1');
  await expect.poll(() => watcher.received().packets, { timeout: 8000 }).toBeGreaterThan(20);
  await ada.request('DELETE', `/api/keys/${revoked.id}`);
  const since = performance.now();
  await expect
    .poll(() => watcher.client.heard('producer:gone').length, { timeout: 5000, interval: 20 })
    .toBe(1);
  expect(performance.now() - since).toBeLessThan(1000);
  expect((await encoder.delete()).status).toBe(401);
});

test('an encoder that goes without a word gives its zone over to the next one', async () => {
  const encoder = await film('WHIP-09');
  await expect.poll(() => encoder.state, { timeout: 5000 }).toBe('connected');
  encoder.close();
  const next = new WhipEncoder(server.url, { headers: key });
  peers.push(next);
  const attempt = async () => (await next.post('WHIP-09')).status;
  await expect.poll(attempt, { timeout: 10_000, interval: 250 }).toBe(201);
  expect((await encoder.delete()).status).toBe(404);
});

test('a small tile gets the small one of three layers, and key frames are asked for', async () => {
  const encoder = await film('WHIP-10', {
    clip: threeLayerClip(),
    change: (text, ssrcs) => text.replace(/(a=ssrc:)/, `a=ssrc-group:SIM ${ssrcs.join(' ')}\r\n$1`),
  });
  const viewer = await watch([{ ...tile('WHIP-10'), width: 320, height: 180 }]);
  await expect.poll(() => viewer.received().bytes, { timeout: 10_000 }).toBeGreaterThan(20_000);
  const [received, sent] = [viewer.received().bytes, encoder.bytes];
  await expect
    .poll(() => viewer.received().bytes, { timeout: 10_000 })
    .toBeGreaterThan(received + 20_000);
  // 100 kbit/s of 1,300.
  expect((viewer.received().bytes - received) / (encoder.bytes - sent)).toBeLessThan(0.3);
  expect(encoder.requests).toBeGreaterThan(0);
});

test('an encoder whose packets say neither SSRC nor MID is told by their payload type', async () => {
  const encoder = await film('WHIP-12', {
    change: (text) => text.replaceAll(/a=(ssrc|msid|ssrc-group)\b.*\r\n/g, ''),
  });
  expect(encoder.answer).not.toMatch(/a=(ssrc|extmap)/);
  const viewer = await watch('WHIP-12');
  await expect.poll(() => viewer.received().packets, { timeout: 8000 }).toBeGreaterThan(20);
  expect(encoder.requests).toBeGreaterThan(0);
});

test('an encoder of whose link nothing is known is asked for little while nobody watches, and for more again', async () => {
  const encoder = await film('WHIP-13');
  expect(encoder.answer).toContain('goog-remb');
  expect(encoder.answer).not.toMatch(/transport-cc|abs-send-time/);
  const soon = { timeout: 10_000 };
  await expect.poll(() => encoder.limits.at(-1), soon).toBe(150_000);
  await watch('WHIP-13');
  await expect.poll(() => encoder.limits.at(-1) ?? 0, soon).toBeGreaterThan(500_000);
  // It is said again, since a report may be lost.
  const told = encoder.limits.length;
  await expect.poll(() => encoder.limits.length, soon).toBeGreaterThan(told);
});

test('POSTs of one key are bounded, and others film meanwhile', async () => {
  const headers = { ...sdp, ...(await keyFor('FLOOD-*')) };
  const flood = Promise.all(
    Array.from({ length: 6 }, async (_, lane) => {
      const statuses: number[] = [];
      for (let count = 0; count < 50; count += 1) {
        const response = await ask('POST', `/whip/FLOOD-${lane}`, headers, 'v=0\r\n');
        statuses.push(response.status);
        if (response.status === 429) {
          expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
        }
        await response.arrayBuffer();
      }
      return statuses;
    }),
  );
  const encoder = await film('WHIP-11');
  const statuses = (await flood).flat();
  const read = statuses.filter((status) => status === 400).length;
  // As many as a key may begin in a minute, and what flows back while the others are refused.
  expect(read).toBeGreaterThanOrEqual(150);
  expect(read).toBeLessThan(300);
  expect(statuses.filter((status) => status === 429)).toHaveLength(300 - read);
  expect((await encoder.delete()).status).toBe(200);
});
