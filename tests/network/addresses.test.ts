/** Which addresses of the server clients are told, and that media flows over them. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import {
  chromiumProgram,
  closeTabs,
  framesFlow,
  launchBrowser,
  openConsole,
  pill,
} from '../support/browser.ts';
import { Lab } from '../support/lab.ts';
import { testWith } from '../support/prerequisites.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const test = testWith(['ip', 'nft', 'nsenter'], { namespaces: true });
const zone = 'ADDRESS-01';
const inner = '172.17.0.1';
let lab: Lab<'server' | 'camera' | 'operator'>;
let server: RunningServer;
let browsers: Record<'camera' | 'operator', Browser>;

beforeAll(async () => {
  lab = new Lab(['server', 'camera', 'operator']);
  const { hosts } = lab;
  const onServer = (...args: string[]): string => lab.run(hosts.server, 'ip', ...args);
  onServer('link', 'add', 'docker0', 'type', 'bridge');
  onServer('address', 'add', `${inner}/16`, 'dev', 'docker0');
  onServer('link', 'set', 'docker0', 'up');
  const launch = (host: 'camera' | 'operator'): Promise<Browser> =>
    launchBrowser([], true, lab.launcher(hosts[host], chromiumProgram));
  const [started, camera, operator] = await Promise.all([
    // As without any setting: everything that the machine has.
    startServer(
      { HTTP_HOST: '::', MEDIA_LISTEN: '', MEDIA_WORKERS: '1' },
      { prefix: hosts.server.prefix },
    ),
    launch('camera'),
    launch('operator'),
  ]);
  server = started;
  browsers = { camera, operator };
  const page = await openConsole(camera, at(hosts.server.address), { zone, role: 'camera' });
  await pill(page, 'STREAMING');
});
afterEach(async () => {
  lab.heal();
  await closeTabs(browsers.operator);
});
afterAll(async () => {
  await Promise.all([browsers?.camera.close(), browsers?.operator.close(), server?.stop()]);
  lab?.close();
});

/** The server's page by one of its addresses. */
function at(address: string): string {
  const port = /\d+$/.exec(server.url)?.[0];
  return `https://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

async function watch(address: string): Promise<Page> {
  const page = await openConsole(browsers.operator, at(address), { zone, role: 'operator' });
  await framesFlow(page);
  return page;
}

/** The addresses that the page was told, and the one that media comes from. */
function remote(page: Page): Promise<{ told: string[]; used: string | undefined }> {
  return page.evaluate(async () => {
    const { peerConnections } = globalThis as unknown as { peerConnections: RTCPeerConnection[] };
    const told = new Set<string>();
    let used: string | undefined;
    for (const connection of peerConnections) {
      for (const [, address] of (connection.remoteDescription?.sdp ?? '').matchAll(
        /a=candidate:\S+ \d \w+ \d+ (\S+)/g,
      )) {
        if (address) told.add(address);
      }
      const rows = [...(await connection.getStats()).values()] as Record<string, unknown>[];
      const chosen = rows.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
      const pair = rows.find(({ id }) => id === chosen);
      const candidate = rows.find(({ id }) => id === pair?.remoteCandidateId);
      used ??= candidate?.address as string | undefined;
    }
    return { told: [...told].sort(), used };
  });
}

test('clients elsewhere are told IPv4 and IPv6, and neither loopback nor bridges', async () => {
  const { address, address6 } = lab.hosts.server;
  expect((await remote(await watch(address))).told).toEqual([address, address6].sort());
});

test('where IPv4 does not get through, media comes over IPv6', async () => {
  const { operator, server: host } = lab.hosts;
  lab.drop(`ip saddr ${operator.address}`);
  expect((await remote(await watch(host.address6))).used).toBe(host.address6);
});

test('an address that comes after the start is told, and media comes from it', async () => {
  const { server: host } = lab.hosts;
  const later = '10.77.1.77';
  lab.run(host, 'ip', 'address', 'add', `${later}/24`, 'dev', 'cable');
  lab.drop(`ip daddr ${host.address} ip saddr ${lab.hosts.operator.address}`);
  lab.drop(`ip6 daddr ${host.address6}`);
  lab.drop(`ip saddr ${lab.hosts.operator.address} ip daddr ${later} meta l4proto udp`);
  const { told, used } = await remote(await watch(later));
  expect(told).toContain(later);
  expect(used).toBe(later);
});

test('an address that takes the place of the former is told alone', async () => {
  const { server: host } = lab.hosts;
  const former = host.address;
  lab.readdress(host);
  const { told, used } = await remote(await watch(host.address));
  expect(told).not.toContain(former);
  expect(used).toBe(host.address);
});
