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

interface Service {
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  networks?: string[];
  user?: string;
  cap_drop?: string[];
  cap_add?: string[];
  read_only?: boolean;
  security_opt?: string[];
  mem_limit?: string;
  pids_limit?: number;
  privileged?: boolean;
  ulimits?: { core?: number };
  logging?: { options?: Record<string, string> };
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
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

test('every service has the least rights it can do with, and an end to what it takes', () => {
  const { services, networks } = parse(readFileSync(compose, 'utf8')) as Compose;
  const allowed: Record<string, string[]> = {
    coturn: ['NET_BIND_SERVICE'],
    nginx: ['CHOWN', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
  };
  for (const [name, service] of Object.entries(services)) {
    expect(service, name).toMatchObject({
      cap_drop: ['ALL'],
      read_only: true,
      ulimits: { core: 0 },
    });
    expect(service.security_opt, name).toContain('no-new-privileges:true');
    expect(service.cap_add ?? [], name).toEqual(allowed[name] ?? []);
    expect(service.privileged, name).toBeUndefined();
    expect(service.user, name).toMatch(name === 'nginx' ? /^0:0$/ : /^[1-9]\d*:\d+$/);
    expect(service.mem_limit, name).toMatch(/^\d+[mg]$/);
    expect(service.pids_limit, name).toBeGreaterThan(0);
    expect(service.logging?.options?.['max-size'], name).toBeDefined();
    // What is for the inside is published on loopback only.
    for (const port of ['nginx', 'surveillance'].includes(name) ? [] : (service.ports ?? [])) {
      expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  }
  // The user of the image is the one of the compose file, by its number.
  const dockerfile = readFileSync(path.join(folder, 'Dockerfile'), 'utf8');
  const uid = /useradd .*--uid (\d+)/.exec(dockerfile)?.[1];
  expect(services.surveillance?.user).toBe(`${uid}:${uid}`);
  // The database is for the server alone.
  expect(services.postgres).toMatchObject({ networks: ['store'] });
  expect(networks.store).toEqual({ internal: true });
  const onStore = Object.keys(services).filter((name) =>
    services[name]?.networks?.includes('store'),
  );
  expect(onStore).toEqual(['postgres', 'surveillance']);
});

test('secrets and what was made here get into no image and into no repository', () => {
  const ignored = readFileSync(path.join(projectFolder, '.dockerignore'), 'utf8').split('\n');
  for (const name of ['**/.env', '**/.env.*', '**/*.pem', '**/*.key', '**/*.db', 'data', '.git']) {
    expect(ignored).toContain(name);
  }
  const secrets = [
    '.env',
    'deployment/.env',
    'deployment/.env.local',
    'certs/server-key.pem',
    'data/x',
  ];
  const { stdout } = spawnSync('git', ['check-ignore', '--no-index', ...secrets], {
    cwd: projectFolder,
    encoding: 'utf8',
  });
  expect(stdout.trim().split('\n')).toEqual(secrets);
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
