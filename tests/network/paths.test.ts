/** Which way media takes where networks let less and less through. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { loadSettings, projectFolder } from '../../server/config.ts';
import { iceServersFor } from '../../server/media/ice-servers.ts';
import {
  chromiumProgram,
  closeTabs,
  figure,
  framesFlow,
  launchBrowser,
  newTab,
  openConsole,
  pill,
} from '../support/browser.ts';
import { startCoturn, type RunningCoturn } from '../support/coturn.ts';
import type { ClipUploadLine } from '../support/gateway/clip-upload.ts';
import { Lab } from '../support/lab.ts';
import { testWith } from '../support/prerequisites.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const test = testWith(['ip', 'nft', 'nsenter', 'turnserver'], { namespaces: true });
const secret = 'the-secret-of-this-test';
const zone = 'PATHS-01';
let lab: Lab<'server' | 'camera' | 'operator' | 'turn' | 'site'>;
let server: RunningServer;
let coturn: RunningCoturn;
let browsers: { camera: Browser; operator: Browser };

beforeAll(async () => {
  lab = new Lab(['server', 'camera', 'operator', 'turn', 'site']);
  const { hosts } = lab;
  const launch = (host: 'camera' | 'operator'): Promise<Browser> =>
    launchBrowser(
      // TURN over TLS checks the certificate too, and that of this test is nobody's.
      ['--ignore-certificate-errors'],
      true,
      lab.launcher(hosts[host], chromiumProgram),
    );
  const turn = hosts.turn.address;
  coturn = await startCoturn(hosts.turn, hosts.server.address, secret);
  server = await startServer(
    {
      HTTP_HOST: hosts.server.address,
      MEDIA_LISTEN: hosts.server.address,
      MEDIA_WORKERS: '1',
      TURN_SECRET: secret,
      TURN_URLS: `turn:${turn}:3478?transport=udp,turns:${turn}:5349?transport=tcp`,
    },
    { prefix: hosts.server.prefix },
  );
  browsers = { camera: await launch('camera'), operator: await launch('operator') };
  const camera = await openConsole(browsers.camera, server.url, { zone, role: 'camera' });
  await pill(camera, 'STREAMING');
});
afterEach(async () => {
  lab.heal();
  await closeTabs(browsers.operator);
});
afterAll(async () => {
  await Promise.all([browsers?.camera.close(), browsers?.operator.close()]);
  await Promise.all([server?.stop(), coturn?.stop()]);
  lab?.close();
});

const watch = async (query = ''): Promise<Page> => {
  const page = await openConsole(browsers.operator, server.url, {
    zone,
    role: 'operator',
    query,
  });
  await framesFlow(page, 10, 40_000);
  return page;
};
const pathOf = (page: Page): Promise<string> => figure(page, 'ICE Path');

test('an open network: UDP, straight to the SFU', async () => {
  expect(await pathOf(await watch())).toMatch(/^(host|prflx) udp$/);
});

test('UDP blocked and no TURN: TCP, straight to the SFU', async () => {
  lab.drop(`ip saddr ${lab.hosts.operator.address} meta l4proto udp`);
  lab.drop(`ip daddr ${lab.hosts.operator.address} meta l4proto udp`);
  // Of TCP to the SFU and TURN over TLS, the browser takes what answers first; so there is no TURN here.
  lab.drop(`ip daddr ${lab.hosts.turn.address}`);
  expect(await pathOf(await watch())).toMatch(/^(host|prflx) tcp$/);
});

test('media ports blocked altogether: TURN over UDP', async () => {
  blockMediaPorts();
  lab.drop(`ip daddr ${lab.hosts.turn.address} meta l4proto tcp`);
  expect(await pathOf(await watch())).toBe('relay udp');
});

test('nothing but TLS gets through: TURN over TLS', async () => {
  blockMediaPorts();
  lab.drop(`ip saddr ${lab.hosts.operator.address} meta l4proto udp`);
  const page = await watch();
  expect(await pathOf(page)).toBe('relay tls');
});

test('?ice=relay goes through TURN on an open network too', async () => {
  expect(await pathOf(await watch('&ice=relay'))).toMatch(/^relay (udp|tls)$/);
});

/** A gateway's upload from the site, and what it says. */
function uploadFromSite(site: string): { lines: ClipUploadLine[]; child: ChildProcess } {
  const upload = 'tests/support/gateway/clip-upload.ts';
  const [program = '', ...prefix] = lab.hosts.site.prefix;
  const args = [...prefix, process.execPath, '--import', 'tsx', upload, server.url, site];
  const child = spawn(program, args, {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: coturn.certificate },
  });
  const lines: ClipUploadLine[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as ClipUploadLine);
  });
  return { lines, child };
}

const blocks: Record<string, () => void> = {
  'UDP is blocked: TCP to the server': () =>
    lab.drop(`ip saddr ${lab.hosts.site.address} meta l4proto udp`),
  'media ports are blocked: TURN by UDP': () => blockMediaPorts(lab.hosts.site),
  'nothing but TLS gets through: TURN over TLS': () => {
    blockMediaPorts(lab.hosts.site);
    lab.drop(`ip saddr ${lab.hosts.site.address} meta l4proto udp`);
  },
};

test.each(Object.entries(blocks))('a gateway where %s', async (_, block) => {
  block();
  const at = `SITE-0${Object.values(blocks).indexOf(block)}`;
  const { child, lines } = uploadFromSite(at);
  try {
    const page = await openConsole(browsers.operator, server.url, { zone: at, role: 'operator' });
    await framesFlow(page, 10, 40_000);
    // It goes on: what is wrong with a way may show only after a while.
    const packets = (): number => lines.at(-1)?.packets ?? 0;
    await expect.poll(packets, { timeout: 20_000 }).toBeGreaterThan(250);
    expect(lines.at(-1)?.missing).toBe(null);
  } finally {
    child.kill();
  }
});

test('a gateway that finds no way says so, and sends once one is let through', async () => {
  const { site, turn } = lab.hosts;
  blockMediaPorts(site);
  lab.drop(`ip saddr ${site.address} ip daddr ${turn.address}`);
  const { child, lines } = uploadFromSite('SITE-SHUT-01');
  try {
    await expect.poll(() => lines.at(-1)?.missing, { timeout: 30_000 }).toBe('no-way');
    lab.heal();
    await expect.poll(() => lines.at(-1)?.packets ?? 0, { timeout: 60_000 }).toBeGreaterThan(50);
    expect(lines.at(-1)?.missing).toBe(null);
  } finally {
    child.kill();
  }
});

test('a wrong or outdated credential is refused', async () => {
  const page = await newTab(browsers.operator);
  await page.goto(server.url);
  const settings = (turnSecret: string) =>
    loadSettings({
      SURVEILLANCE_TURN_SECRET: turnSecret,
      SURVEILLANCE_TURN_URLS: `turn:${lab.hosts.turn.address}:3478?transport=udp`,
    });
  const lifetime = settings(secret).turn.lifetime;
  const good = iceServersFor(settings(secret), 'good');
  const wrong = iceServersFor(settings('another-secret'), 'wrong');
  const outdated = iceServersFor(settings(secret), 'late', Date.now() - lifetime - 60_000);
  expect(await allocate(page, good)).toBe('relayed');
  expect(await allocate(page, wrong)).toBe(401);
  expect(await allocate(page, outdated)).toBe(401);
});

/** As a firewall that knows only the web would. */
function blockMediaPorts(host = lab.hosts.operator): void {
  const sfu = lab.hosts.server;
  const web = new URL(server.url).port;
  lab.drop(`ip saddr ${host.address} ip daddr ${sfu.address} tcp dport != ${web}`);
  lab.drop(`ip saddr ${host.address} ip daddr ${sfu.address} meta l4proto udp`);
}

/** Whether a browser gets a relay from these servers, or the error that says why not (RFC 8489 §14.8). */
async function allocate(page: Page, iceServers: RTCIceServer[]): Promise<'relayed' | number> {
  return page.evaluate(async (iceServers) => {
    const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' });
    const outcome = new Promise<'relayed' | number>((resolve) => {
      connection.onicecandidate = ({ candidate }) => {
        if (candidate?.type === 'relay') resolve('relayed');
      };
      // 701 is the browser's own word for an interface from which the server cannot be reached.
      connection.onicecandidateerror = ({ errorCode }) => {
        if (errorCode !== 701) resolve(errorCode);
      };
    });
    connection.createDataChannel('');
    await connection.setLocalDescription();
    try {
      return await outcome;
    } finally {
      connection.close();
    }
  }, iceServers);
}
