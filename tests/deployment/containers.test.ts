/** The container files, as far as they can be checked without an engine. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadSettings, projectFolder } from '../../server/config.ts';

const folder = path.join(projectFolder, 'deployment');
const compose = path.join(folder, 'compose.yaml');

interface Compose {
  services: Record<string, { environment?: Record<string, string>; volumes?: string[] }>;
}

test('the Dockerfile has no faults', () => {
  const text = readFileSync(path.join(folder, 'Dockerfile'), 'utf8');
  expect(validate(text).map(({ message }) => message)).toEqual([]);
});

test('the compose file fits its schema and the linter’s rules', () => {
  const linter = path.join(projectFolder, 'node_modules/dclint/bin/dclint.cjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [linter, '--max-warnings', '0', compose],
    { encoding: 'utf8' },
  );
  expect(status, stdout + stderr).toBe(0);
});

test('its services are those that belong to it, with files that exist and settings that are known', () => {
  const { services } = parse(readFileSync(compose, 'utf8')) as Compose;
  expect(Object.keys(services)).toEqual([
    'coturn',
    'grafana',
    'nginx',
    'postgres',
    'prometheus',
    'redis',
    'surveillance',
  ]);
  const mounted = Object.values(services)
    .flatMap(({ volumes }) => volumes ?? [])
    .flatMap((volume) => (volume.startsWith('./') ? (volume.split(':')[0] ?? '') : []));
  expect(mounted.length).toBeGreaterThan(4);
  for (const file of mounted) expect(existsSync(path.join(folder, file)), file).toBe(true);
  const environment = Object.fromEntries(
    Object.entries(services.surveillance?.environment ?? {}).map(([name, text]) => [
      name,
      text.replaceAll(/\$\{\w+[^}]*\}/g, '203.0.113.5'),
    ]),
  );
  const settings = loadSettings(environment);
  expect(settings.media.listen).toEqual([{ address: '0.0.0.0', announced: '203.0.113.5' }]);
  expect(settings.turn.urls).toHaveLength(2);
});

test('the store outlives its container: its folder is a volume, which the server’s user may write', () => {
  const text = readFileSync(path.join(folder, 'Dockerfile'), 'utf8');
  const home = [...text.matchAll(/^WORKDIR (.*)$/gm)].at(-1)?.[1] ?? '';
  const store = path.join(home, loadSettings({}).store.folder);
  expect(text).toMatch(
    new RegExp(`install -d -o surveillance -g surveillance -m 700 ${store}$`, 'm'),
  );
  const { services } = parse(readFileSync(compose, 'utf8')) as Compose;
  expect(services.surveillance?.volumes).toEqual([`store:${store}`]);
});
