/** The container files, as far as they can be checked without an engine. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadSettings, projectFolder } from '../../server/config.ts';
import { memoryArguments } from '../../server/own-gateway/memory.mjs';

const folder = path.join(projectFolder, 'deployment');
const compose = path.join(folder, 'compose.yaml');
const several = path.join(folder, 'compose.cluster.yaml');

interface Place {
  ipv4_address?: string;
}

interface Service {
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  networks?: string[] | Record<string, Place>;
  command?: string[];
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

const read = (file: string): Compose =>
  parse(readFileSync(file, 'utf8'), { merge: true }) as Compose;
const balancers = ['nginx', 'haproxy'];
/** Whether browsers reach it. */
const isPublic = (name: string): boolean =>
  [...balancers, 'surveillance', 'north', 'south', 'west'].includes(name);
/** Where a service is in each network. */
const placesOf = ({ networks = {} }: Service = {}): Record<string, Place> =>
  Array.isArray(networks) ? Object.fromEntries(networks.map((name) => [name, {}])) : networks;
/** A service's settings, with something in place of what `.env` has. */
const settingsOf = ({ environment = {} }: Service = {}) =>
  loadSettings(
    Object.fromEntries(
      Object.entries(environment).map(([name, text]) => [
        name,
        text
          .replaceAll(/\$\{CLUSTER_SECRET[^}]*\}/g, 'x'.repeat(44))
          .replaceAll(/\$\{\w+[^}]*\}/g, '203.0.113.5'),
      ]),
    ),
  );

test('the Dockerfile has no faults', () => {
  const text = readFileSync(path.join(folder, 'Dockerfile'), 'utf8');
  expect(validate(text).map(({ message }) => message)).toEqual([]);
});

test.each(['compose.yaml', 'compose.cluster.yaml'])(
  '%s fits its schema and the linter’s rules',
  (name) => {
    const file = path.join(folder, name);
    const linter = path.join(projectFolder, 'node_modules/dclint/bin/dclint.cjs');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [linter, '--max-warnings', '0', file],
      { encoding: 'utf8' },
    );
    expect(status, stdout + stderr).toBe(0);
  },
);

test('its services are those that belong to it, with files that exist and settings that are known', () => {
  const { services } = read(compose);
  expect(Object.keys(services)).toEqual([
    'coturn',
    'gateway',
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
  const settings = settingsOf(services.surveillance);
  expect(settings.media.listen).toEqual([{ address: '0.0.0.0', announced: '203.0.113.5' }]);
  expect(settings.turn.urls).toHaveLength(2);
});

test('three nodes have names, addresses and ports of their own, and the balancer’s file has these', () => {
  const { services } = read(several);
  const balancer = readFileSync(path.join(folder, 'haproxy.cluster.cfg'), 'utf8');
  const names = ['north', 'south', 'west'];
  expect(Object.keys(services)).toEqual(['haproxy', ...names, 'postgres', 'redis'].sort());
  const nodes = names.map((name) => {
    const settings = settingsOf(services[name]);
    const place = placesOf(services[name]).nodes?.ipv4_address;
    const { node, address, redis_url, pipe_listen } = settings.cluster;
    expect(node).toBe(name);
    expect(redis_url).toMatch(/^redis:\/\/node:.+@redis:6379$/);
    expect(address).toEqual({ host: place, port: 5001 });
    expect(pipe_listen?.address).toBe(place);
    expect(balancer).toContain(`server ${name} ${address?.host}:${settings.http.port}\n`);
    expect(settings.http.trusted_proxies).toEqual([placesOf(services.haproxy).nodes?.ipv4_address]);
    expect(services[name]?.ports?.[0]).toContain(`:${settings.media.port}-`);
    return [address?.host, settings.media.port];
  });
  expect(new Set(nodes.flat()).size).toBe(6);
  // Redis is as the server demands it: it forgets nothing, and its user may do what the directory does.
  const command = services.redis?.command?.join(' ') ?? '';
  expect(command).toContain('--maxmemory-policy noeviction');
  const documented = /^ACL SETUSER node on >PASSWORD (.*)$/m.exec(
    readFileSync(path.join(projectFolder, 'docs/cluster.md'), 'utf8'),
  )?.[1];
  for (const right of documented?.split(' ') ?? ['the page has no such line']) {
    expect(command).toContain(` ${right}`);
  }
});

test('every service has the least rights it can do with, and an end to what it takes', () => {
  const { services, networks } = read(compose);
  const allowed: Record<string, string[]> = {
    coturn: ['NET_BIND_SERVICE'],
    nginx: ['CHOWN', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
    haproxy: ['NET_BIND_SERVICE', 'SETGID', 'SETUID'],
  };
  const both = [...Object.entries(services), ...Object.entries(read(several).services)];
  for (const [name, service] of both) {
    expect(service, name).toMatchObject({
      cap_drop: ['ALL'],
      read_only: true,
      ulimits: { core: 0 },
    });
    expect(service.security_opt, name).toContain('no-new-privileges:true');
    expect(service.cap_add ?? [], name).toEqual(allowed[name] ?? []);
    expect(service.privileged, name).toBeUndefined();
    expect(service.user, name).toMatch(balancers.includes(name) ? /^0:0$/ : /^[1-9]\d*:\d+$/);
    expect(service.mem_limit, name).toMatch(/^\d+[mg]$/);
    expect(service.pids_limit, name).toBeGreaterThan(0);
    expect(service.logging?.options?.['max-size'], name).toBeDefined();
    // What is for the inside is published on loopback only.
    for (const port of isPublic(name) ? [] : (service.ports ?? [])) {
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
    Object.hasOwn(placesOf(services[name]), 'store'),
  );
  expect(onStore).toEqual(['postgres', 'surveillance']);
});

test('the gateway has an image of its own, whose state outlives its container', () => {
  const text = readFileSync(path.join(folder, 'Dockerfile'), 'utf8');
  const image = text.slice(text.indexOf('AS gateway'), text.lastIndexOf('\nFROM '));
  const { gateway } = read(compose).services;
  const volumes = gateway?.volumes?.map((volume) => volume.split(':')[1] ?? '') ?? [];
  const [file = '', state = ''] = volumes;
  expect(image).toContain(
    `CMD ["${['node', ...memoryArguments].join('", "')}", "--import", "tsx",`,
  );
  expect(image).toContain(`"gateway/main.ts", "--config", "${file}"`);
  expect(image).toMatch(
    new RegExp(`install -d -o surveillance -g surveillance -m 700 ${state}$`, 'm'),
  );
  for (const [, source = ''] of image.matchAll(
    /smartcity-surveillance\/(gateway|server\/contract) /g,
  )) {
    expect(existsSync(path.join(projectFolder, source))).toBe(true);
  }
  // A server with cameras of its own runs one too.
  expect(text.slice(text.lastIndexOf('\nFROM '))).toContain(' ./gateway\n');
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
  const { services } = read(compose);
  expect(services.surveillance?.volumes).toEqual([`store:${store}`]);
});
