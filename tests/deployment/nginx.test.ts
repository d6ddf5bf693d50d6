/** Debian's nginx with the project's own file, in front of the real server. */
import { Agent, request } from 'node:https';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { framesFlow, launchBrowser, openConsole, pill } from '../support/browser.ts';
import { Client, rtpCapabilities, tile } from '../support/client.ts';
import { metricValue } from '../support/metrics.ts';
import { startNginx, type RunningNginx } from '../support/nginx.ts';
import { frameHistory, watchFrames } from '../support/frames.ts';
import { testWith } from '../support/prerequisites.ts';
import { freePort, startServer, type RunningServer } from '../support/server.ts';

const test = testWith(['nginx']);
const behindProxy = {
  TLS_ENABLED: 'false',
  HTTP_TRUSTED_PROXIES: 'loopback',
  SESSION_GRACE: '2000',
};
let first: RunningServer;
let nextPort: number;
let nginx: RunningNginx;
let browser: Browser;

beforeAll(async () => {
  [first, nextPort, browser] = await Promise.all([
    startServer(behindProxy),
    freePort(),
    launchBrowser(),
  ]);
  nginx = await startNginx([Number(new URL(first.url).port), nextPort]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), nginx?.stop(), first?.stop()]);
});

interface Reply {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

function get(url: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request(url, { rejectUnauthorized: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    })
      .once('error', reject)
      .end();
  });
}

test('plain HTTP is sent to HTTPS, and metrics stay inside', async () => {
  const plain = await fetch(`${nginx.plainUrl}/x?y=1`, { redirect: 'manual' });
  expect(plain.status).toBe(301);
  expect(plain.headers.get('location')).toBe('https://localhost/x?y=1');
  expect((await get(`${nginx.url}/metrics`)).status).toBe(403);
  expect((await get(`${nginx.url}/readyz`)).status).toBe(200);
});

test('files named by their content are cached by nginx and for ever by the browser', async () => {
  const page = await get(nginx.url);
  expect(page.headers['cache-control']).toBe('no-store');
  expect(page.headers['strict-transport-security']).toMatch(/^max-age=\d+/);
  const asset = /\/assets\/[\w-]+\.js/.exec(page.body)?.[0] ?? '';
  const [missed, hit] = [await get(nginx.url + asset), await get(nginx.url + asset)];
  expect(missed.headers['x-cache-status']).toBe('MISS');
  expect(hit.headers['x-cache-status']).toBe('HIT');
  expect(hit.headers['cache-control']).toMatch(/max-age=31536000.*immutable/);
  expect(hit.body).toBe(missed.body);
});

test("the log has the client's own address, and not the one it claims", async () => {
  const agent = new Agent({ localAddress: '127.0.0.7', rejectUnauthorized: false });
  const client = new Client(nginx.url, undefined, {
    agent: agent as never,
    extraHeaders: { 'X-Forwarded-For': '203.0.113.66' },
  });
  await client.ask('watch', { tiles: [tile('PROXIED-01')], rtpCapabilities });
  client.close();
  const started = first.log.find(({ zone }) => zone === 'PROXIED-01');
  expect(started).toMatchObject({ msg: 'session started', address: '127.0.0.7' });
});

test('Chromium streams through it, and goes on while the server is replaced', async () => {
  const camera = await openConsole(browser, nginx.url, { zone: 'MOVED-01', role: 'camera' });
  await pill(camera, 'STREAMING');
  const operator = await openConsole(browser, nginx.url, { zone: 'MOVED-01', role: 'operator' });
  await framesFlow(operator);
  const metrics = await (await fetch(`${first.url}/metrics`)).text();
  for (const role of ['camera', 'operator']) {
    const came = `surveillance_joins_total{role="${role}",outcome="connected"}`;
    expect(metricValue(metrics, came)).toBe(1);
    expect(metricValue(metrics, `surveillance_join_duration_seconds_count{role="${role}"}`)).toBe(
      1,
    );
  }
  expect(metricValue(metrics, 'surveillance_transports{ice_path="udp"}')).toBe(2);
  for (const direction of ['in', 'out']) {
    for (const name of ['media_bytes_total', 'rtp_packets_total']) {
      const series = `surveillance_${name}{direction="${direction}"}`;
      expect(metricValue(metrics, series), series).toBeGreaterThan(10);
    }
  }
  expect(metrics).toMatch(/^surveillance_layer_changes_total\{to="\d"\} \d+$/m);
  await watchFrames(operator);
  const next = await startServer({ ...behindProxy, HTTP_PORT: `${nextPort}` });
  try {
    first.process.kill('SIGUSR2');
    await expect
      .poll(() => next.log.filter(({ msg }) => msg === 'session started').length, {
        timeout: 20_000,
      })
      .toBe(2);
    await pill(operator, 'STREAMING');
    await framesFlow(operator);
    const { longestGap, black } = await frameHistory(operator);
    console.log(`longest time without a new frame during the move: ${longestGap.toFixed(0)} ms`);
    expect(black).toBe(0); // The last picture stays until the next server's first.
    // The first one ends by itself, once the sessions it still kept have run out.
    await expect.poll(() => first.process.exitCode, { timeout: 15_000 }).toBe(0);
    await framesFlow(operator);
  } finally {
    await browser.close();
    await next.stop();
  }
});
