/** Debian's coturn with the project's own files, in networks of the test's own. */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test as plain } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { startCoturn } from '../support/coturn.ts';
import { Lab } from '../support/lab.ts';
import { testWith } from '../support/prerequisites.ts';
import { fillIn, startCompanion, type Companion } from '../support/process.ts';

const programs = ['ip', 'nft', 'nsenter', 'turnserver', 'turnutils_uclient', 'turnutils_peer'];
const test = testWith(programs, { namespaces: true });
const mayRun = test === plain;
const secret = 'the-secret-of-this-test';
const folder = mkdtempSync(path.join(tmpdir(), 'surveillance-turn-'));
let lab: Lab<'server' | 'turn' | 'client'>;
const companions: Companion[] = [];

beforeAll(async () => {
  if (!mayRun) return;
  lab = new Lab(['server', 'turn', 'client']);
  const { server, turn } = lab.hosts;
  companions.push(
    await startCoturn(turn, server.address, secret, { 'user-quota=256': 'user-quota=6' }),
  );
  // Two echoes on the media server: at a media port, and where anything else may listen.
  for (const port of [20_000, 5432]) {
    const [program = '', ...args] = [
      ...server.prefix,
      'turnutils_peer',
      '-v',
      '-L',
      server.address,
    ];
    companions.push(await startCompanion(program, [...args, '-p', `${port}`], () => true));
  }
});
afterAll(async () => {
  await Promise.all(companions.map((companion) => companion.stop()));
  lab?.close();
  rmSync(folder, { recursive: true });
});

/** What a client got back of what it sent to a peer through so many relays at once. */
function relay(holder: string, peer: string, port: number, relays = 1) {
  const { client, turn } = lab.hosts;
  const name = `${Math.floor(Date.now() / 1000) + 600}:${holder}`;
  const password = createHmac('sha1', secret).update(name).digest('base64');
  const [program = '', ...args] = [
    ...[...client.prefix, 'timeout', '8', 'turnutils_uclient', '-v', '-c', '-X'],
    ...['-n', '4', '-m', `${relays}`, '-u', name, '-w', password],
    ...['-e', peer, '-r', `${port}`, turn.address],
  ];
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  const output = stdout + stderr;
  const received = [...output.matchAll(/tot_recv_msgs=(\d+)/g)].at(-1)?.[1];
  return { output, received: Number(received ?? 0) };
}

test('relays reach the media ports of the media server, and nothing else', () => {
  const { server, client, turn } = lab.hosts;
  const user = process.getuid?.() ?? 0; // That it runs as here.
  const text = readFileSync(path.join(projectFolder, 'deployment/coturn.nft'), 'utf8');
  const file = path.join(folder, 'coturn.nft');
  writeFileSync(
    file,
    fillIn(text, { '203.0.113.5': server.address, 'skuid != turnserver': `skuid != ${user}` }),
  );
  // Without it coturn lets through whatever listens on that machine.
  expect(relay('first', server.address, 5432).received).toBeGreaterThan(0);
  lab.run(turn, 'nft', '-f', file);
  lab.run(turn, 'nft', '-f', file); // It may be loaded again.
  expect(relay('second', server.address, 20_000).received).toBeGreaterThan(0);
  expect(relay('third', server.address, 5432).received).toBe(0);
  for (const peer of [client.address, turn.address, '127.0.0.1']) {
    const { received, output } = relay(`from-${peer}`, peer, 20_000);
    expect(received, peer).toBe(0);
    expect(output, peer).toMatch(/403/);
  }
});

test('one account holds so many relays, whatever names its sessions get', () => {
  const { server } = lab.hosts;
  expect(relay('account-1', server.address, 20_000, 3).received).toBeGreaterThan(0);
  const { output } = relay('account-2', server.address, 20_000, 8);
  expect(output).toMatch(/486/);
});

test('TURN over TLS is spoken with authenticated encryption only', () => {
  const { client, turn } = lab.hosts;
  const [program = '', ...prefix] = client.prefix;
  const speaks = (...how: string[]): string => {
    const args = ['openssl', 's_client', '-connect', `${turn.address}:5349`, ...how];
    return spawnSync(program, [...prefix, ...args], { encoding: 'utf8', input: '' }).stdout;
  };
  expect(speaks('-tls1_2')).toMatch(/Cipher is \S*(GCM|POLY1305)/);
  expect(speaks('-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-SHA256')).toContain('Cipher is (NONE)');
});
