/** Where the value of a setting comes from, and how a wrong one is named. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadSettings } from '../../server/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const name = path.join(folder, `${Math.random()}.yaml`);
  writeFileSync(name, text);
  return name;
}

test('the defaults are complete', () => {
  expect(loadSettings({})).toMatchObject({ http: { port: 5000 }, media: { codec: 'vp8' } });
});

test('a variable wins over a file, and a file over the defaults', () => {
  const settings = loadSettings(
    { SURVEILLANCE_HTTP_PORT: '6001' },
    file('http: { port: 6000, host: 127.0.0.1 }'),
  );
  expect(settings.http).toMatchObject({ port: 6001, host: '127.0.0.1' });
});

test('variables are read as what the setting is', () => {
  const settings = loadSettings({
    SURVEILLANCE_TLS_ENABLED: 'false',
    SURVEILLANCE_MEDIA_LISTEN: '10.0.0.5=203.0.113.5, 127.0.0.1',
    SURVEILLANCE_MEDIA_ICE_SERVERS: '[{"urls": "stun:stun.example.org"}]',
    SURVEILLANCE_ZONES_CONFIGURED: 'cbd-traffic-01',
    SURVEILLANCE_TLS_CERT_FILE: '1234',
  });
  expect(settings.tls).toMatchObject({ enabled: false, cert_file: '1234' });
  expect(settings.media.listen).toEqual([
    { address: '10.0.0.5', announced: '203.0.113.5' },
    { address: '127.0.0.1', announced: undefined },
  ]);
  expect(settings.media.ice_servers).toEqual([{ urls: 'stun:stun.example.org' }]);
  expect(settings.zones.configured).toEqual(['CBD-TRAFFIC-01']);
});

test.each([
  [{ SURVEILLANCE_HTTP_PORT: '70000' }, 'http.port'],
  [{ SURVEILLANCE_HTTP_PORT: '' }, 'http.port'],
  [{ SURVEILLANCE_HTTP_PROT: '5000' }, 'SURVEILLANCE_HTTP_PROT'],
  [{ SURVEILLANCE_MEDIA_CODEC: 'mpeg2' }, 'media.codec'],
  [{ SURVEILLANCE_HTTP_TRUSTED_PROXIES: 'everyone' }, 'http.trusted_proxies'],
  [{ SURVEILLANCE_TURN_URLS: 'stun:turn.example.org' }, 'turn.urls'],
  [{ SURVEILLANCE_MEDIA_LISTEN: 'everywhere' }, 'media.listen'],
])('%j is refused by the name of the setting', (env, name) => {
  expect(() => loadSettings(env)).toThrowError(name);
});

test.each([
  ['http: { prot: 1 }', 'http.prot'],
  ['htpp: {}', 'htpp'],
  ['http: 5', 'http'],
  ['- a list', 'settings by section'],
  ['a: [', 'cannot be read'],
])('the file "%s" is refused', (text, name) => {
  expect(() => loadSettings({}, file(text))).toThrowError(name);
});

test('a cluster that lacks something is told by the name of the setting', () => {
  const whole = {
    SURVEILLANCE_STORE_URL: 'postgres://surveillance@127.0.0.1/surveillance',
    SURVEILLANCE_CLUSTER_REDIS_URL: 'rediss://node:secret@redis.example.org',
    SURVEILLANCE_CLUSTER_NODE: 'north',
    SURVEILLANCE_CLUSTER_ADDRESS: 'north.example.org:5001',
    SURVEILLANCE_CLUSTER_SECRET: 'x'.repeat(32),
    SURVEILLANCE_CLUSTER_PIPE_LISTEN: '0.0.0.0=10.0.0.5',
  };
  const { cluster } = loadSettings(whole);
  expect(cluster).toMatchObject({
    address: { host: 'north.example.org', port: 5001 },
    pipe_listen: { address: '0.0.0.0', announced: '10.0.0.5' },
    pipe_ports: { first: 40_000, last: 49_999 },
  });
  const wrong: [string, string, RegExp][] = [
    ['STORE_URL', '', /store\.url .* one PostgreSQL/],
    ['CLUSTER_REDIS_URL', 'http://redis', /cluster\.redis_url/],
    ['CLUSTER_NODE', '', /cluster\.node .* name of its own/],
    ['CLUSTER_NODE', 'north west', /cluster\.node/],
    ['CLUSTER_ADDRESS', '', /cluster\.address/],
    ['CLUSTER_ADDRESS', 'north', /cluster\.address .* HOST:PORT/],
    ['CLUSTER_SECRET', 'short', /cluster\.secret .* 32 characters/],
    ['CLUSTER_PIPE_LISTEN', '', /cluster\.pipe_listen/],
    ['CLUSTER_PIPE_LISTEN', '0.0.0.0', /cluster\.pipe_listen .* 0\.0\.0\.0=ADDRESS/],
    ['CLUSTER_PIPE_PORTS', '5-1', /cluster\.pipe_ports/],
  ];
  for (const [name, value, told] of wrong) {
    expect(() => loadSettings({ ...whole, [`SURVEILLANCE_${name}`]: value })).toThrow(told);
  }
});

test('without a cluster nothing of it is asked for', () => {
  expect(loadSettings({}).cluster).toMatchObject({ redis_url: '', node: '', secret: '' });
});
