/** The gateway's file: how a wrong one is told, and that nothing secret is. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig, parseConfig, type Config } from '../../gateway/config.ts';
import { projectFolder } from '../../server/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-gateway-'));
afterAll(() => rmSync(folder, { recursive: true }));

function load(text: string, mode = 0o600): { config: Config; warnings: string[] } {
  const file = path.join(folder, `${Math.random()}.yaml`);
  writeFileSync(file, text);
  chmodSync(file, mode);
  const warnings: string[] = [];
  return { config: loadConfig(file, (sentence) => void warnings.push(sentence)), warnings };
}

const camera = '{name: gate, zone: gate-01, url: "rtsp://10.0.0.9/main"';

test('the example is complete, and says what is assumed where a field is missing', () => {
  const warnings: string[] = [];
  const example = path.join(projectFolder, 'config/gateway.yaml');
  const { key, name, networks, cameras, state_folder, ...rest } = loadConfig(
    example,
    (sentence) => void warnings.push(sentence),
  );
  expect(key).toBeDefined();
  expect(name).toMatch(/^[a-z]/);
  expect(networks.length).toBeGreaterThan(0);
  expect(cameras.length).toBeGreaterThan(0);
  expect(path.isAbsolute(state_folder)).toBe(true);
  const assumed = parseConfig({ server: rest.server, name }, folder);
  expect(rest).toEqual({
    ...rest,
    health: assumed.health,
    mtu: assumed.mtu,
    log: assumed.log,
    transcode: assumed.transcode,
  });
});

test('a key may stand in a file of its own, beside the gateway’s', () => {
  writeFileSync(path.join(folder, 'key'), 'secret-key\n', { mode: 0o600 });
  const { config, warnings } = load('{server: "https://example.org:5000", key_file: key}');
  expect(config.key).toBe('secret-key');
  expect(config.health).toEqual({ host: '127.0.0.1', port: 9464 });
  expect(config.state_folder).toBe(path.join(folder, 'gateway-state'));
  expect(warnings).toEqual([]);
});

test('a file with secrets that others may read is warned of, and one without is not', () => {
  expect(load('{server: "https://example.org", key: k}', 0o644).warnings).toEqual([
    expect.stringMatching(/chmod 600/),
  ]);
  const withPassword = `{server: "https://example.org", cameras: [${camera}, user: a, password: b}]}`;
  expect(load(withPassword, 0o640).warnings).toHaveLength(1);
  expect(load('{server: "https://example.org"}', 0o644).warnings).toEqual([]);
  writeFileSync(path.join(folder, 'open-key'), 'k', { mode: 0o644 });
  expect(load('{server: "https://example.org", key_file: open-key}', 0o644).warnings).toHaveLength(
    1,
  );
});

const secret = 'hunter2-never-shown';
test.each([
  [`{server: "https://u:${secret}@example.org"}`, 'field server is'],
  [`{sever: "https://example.org", key: ${secret}}`, 'field server is'],
  [`{server: "https://example.org", keys: ${secret}}`, 'Unknown field keys'],
  [`{server: "https://example.org", key: [${secret}]}`, 'field key is'],
  [`{server: "https://example.org", key: ${secret}, key_file: k}`, 'field key_file is'],
  ['{server: "https://example.org", key_file: nowhere}', 'field key_file is'],
  ['{server: "https://example.org", fingerprint: abc}', 'field fingerprint is'],
  [
    `{server: "https://example.org", cameras: [${camera}, fingerprint: abc}]}`,
    'field cameras.gate.fingerprint is',
  ],
  [`{server: "https://example.org", cameras: [${camera}, ca: abc}]}`, 'field cameras.gate.ca is'],
  ['{server: "https://example.org", networks: [10.0.0.0/33]}', 'field networks.0 is'],
  ['{server: "https://example.org", networks: [cameras.local]}', 'field networks.0 is'],
  ['{server: "https://example.org", health: nowhere}', 'field health is'],
  ['{server: "https://example.org", health: "host:70000"}', 'field health is'],
  ['{server: "https://example.org", mtu: 100}', 'field mtu is'],
  ['{server: "https://example.org", name: "Gate One"}', 'field name is'],
  [
    `{server: "https://example.org", cameras: [${camera}, pasword: ${secret}}]}`,
    'Unknown field cameras.gate.pasword',
  ],
  [
    `{server: "https://example.org", cameras: [{name: gate, zone: A, url: "rtsp://u:${secret}@h/"}]}`,
    'field cameras.gate.url is',
  ],
  [
    '{server: "https://example.org", cameras: [{name: gate, zone: "a b", url: "rtsp://h/"}]}',
    'field cameras.gate.zone is',
  ],
  [
    '{server: "https://example.org", cameras: [{zone: A, url: "rtsp://h/"}]}',
    'field cameras.[0].name is',
  ],
  [
    `{server: "https://example.org", cameras: [${camera}}, ${camera}}]}`,
    'field cameras.gate.name is',
  ],
  [`password: ${secret}\n a: [`, 'cannot be read'],
  [`- ${secret}`, 'does not hold fields'],
])('%s is refused in one sentence with the name of the field', (text, words) => {
  const refusal = (): unknown => {
    try {
      return load(text);
    } catch (error) {
      return error;
    }
  };
  const { message } = refusal() as Error;
  expect(message).toContain(words);
  expect(message).not.toContain(secret);
  expect(message).not.toContain('\n');
});
