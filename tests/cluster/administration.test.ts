/** What an administrator sees of several nodes, at whichever of them: who does what, and who does not answer. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, vi } from 'vitest';
import type { ActiveSignIn, ClusterReport } from '../../server/contract/api.ts';
import type { ResourceList } from '../../server/contract/whip.ts';
import type { SiteCamera } from '../../server/contract/gateway.ts';
import type { GatewayList } from '../../server/contract/gateway-list.ts';
import { faults } from '../support/axe.ts';
import { launchBrowser, signedInTab } from '../support/browser.ts';
import { rtpCapabilities, tile, type Client } from '../support/client.ts';
import { leaseTime, TestCluster } from '../support/cluster.ts';
import { offers } from '../support/offers.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { testWith } from '../support/prerequisites.ts';
import type { RunningServer } from '../support/server.ts';
import { bearer, Site } from '../support/site.ts';
import { password, setUp, Visitor } from '../support/visitor.ts';

const test = testWith(['redis-server']);

describe.skipIf(!postgresPrograms)('the administration of a cluster', () => {
  let cluster: TestCluster;
  let north: RunningServer;
  let south: RunningServer;
  let browser: Browser | undefined;
  let ada: Visitor;
  let mary: Visitor;
  let open: Client[] = [];
  const signal = (name: NodeJS.Signals): void => void process.kill(south.pids()[0]!, name);
  const ofMary = async (): Promise<ActiveSignIn | undefined> => {
    const all = await ada.request<ActiveSignIn[]>('GET', '/api/sessions');
    return all.find(({ actor }) => actor.name === 'mary');
  };

  const watch = async (zone: string): Promise<Client> => {
    const socket = mary.socket();
    open.push(socket);
    await socket.request('watch', { tiles: [tile(zone)], rtpCapabilities });
    return socket;
  };

  beforeAll(async () => {
    cluster = await TestCluster.start();
    const start = (name: string): Promise<RunningServer> =>
      cluster.startNode(name, {
        ACCESS_MODE: 'accounts',
        GATEWAYS_SECRET: 'of all of these nodes',
      });
    [north, south] = await Promise.all([start('north'), start('south')]);
    ada = await setUp(north);
    await ada.addPerson('mary', [{ role: 'administrator', zones: 'PARK-*' }]);
    mary = new Visitor(south.url);
    // What one node is told the others hear of within a second.
    await vi.waitFor(async () => expect((await mary.signIn('mary')).status).toBe(200), 5000);
    await vi.waitFor(async () => {
      const { nodes } = await ada.request<ClusterReport>('GET', '/api/v1/cluster');
      expect(nodes.length).toBe(2);
    }, 5000);
  });
  afterEach(() => {
    signal('SIGCONT');
    for (const client of open) client.close();
    open = [];
  });
  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  });

  test('sessions show what is done at every node, and where that is not known', async () => {
    await watch('PARK-01');
    const filming = mary.socket();
    open.push(filming);
    await filming.request('claim', { zone: 'PARK-02', label: 'gate' });
    expect(await ofMary()).toMatchObject({
      ...{ watching: ['PARK-01'], filming: ['PARK-02'], unknownAt: [] },
    });
    signal('SIGSTOP');
    expect(await ofMary()).toMatchObject({ watching: [], unknownAt: ['south'] });
    const report = await ada.request<ClusterReport>('GET', '/api/v1/cluster');
    expect(report.unanswered).toEqual(['south']);
    // After its lease it is no node any more.
    await expect
      .poll(async () => (await ofMary())?.unknownAt, { timeout: 3 * leaseTime })
      .toEqual([]);
  });

  test('a session of another node is ended, and its feeds with it', async () => {
    expect((await mary.signIn('mary')).status).toBe(200);
    const watching = await watch('PARK-01');
    // That node was away in the test before, and is heard of again.
    const hers = await vi.waitFor(async () => {
      const signIns = await ada.request<ActiveSignIn[]>('GET', '/api/sessions');
      return signIns.find(({ watching }) => watching.includes('PARK-01')) ?? Promise.reject();
    }, 3 * leaseTime);
    await ada.request('DELETE', `/api/sessions/${hers.id}`);
    await expect.poll(() => watching.heard('session:ended').length, { timeout: 3000 }).toBe(1);
  });

  test('an encoder at another node is listed, and ended from here', async () => {
    const headers = bearer((await ada.addKey('camera', 'ENC-*')).secret);
    const post = () =>
      fetch(`${south.url}/whip/ENC-01`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/sdp' },
        body: offers.gstreamer,
      });
    expect((await post()).status).toBe(201);
    const list = async () =>
      (await ada.request<ResourceList>('GET', '/api/v1/resources')).resources;
    await expect.poll(list).toMatchObject([{ kind: 'whip', zone: 'ENC-01', node: 'south' }]);
    const [{ handle } = { handle: '' }] = await list();
    await ada.request('DELETE', `/api/v1/resources/${handle}`);
    expect(await list()).toEqual([]);
    expect((await ada.ask('DELETE', `/api/v1/resources/${handle}`)).status).toBe(404);
    expect((await post()).status).toBe(201);
  });

  test('a gateway at another node is listed, set and tried here, and stills of its cameras come from there', async () => {
    const { secret } = await ada.addKey('camera', 'SITE-*');
    const site = new Site(south.url, bearer(secret));
    const gateway = site.space('/gateway');
    open.push(gateway);
    const hello = { name: 'site', version: '1.0.0', time: Date.now() };
    expect(await gateway.ask('hello', hello)).toMatchObject({ ok: true, cameras: [] });
    await expect
      .poll(() => ada.request<GatewayList>('GET', '/api/gateways'))
      .toMatchObject({ gateways: [{ name: 'site', connected: true, node: 'south' }] });

    const told: SiteCamera[][] = [];
    const confirmed = (ack: unknown, answer: object): void =>
      (ack as (one: object) => void)(answer);
    gateway.socket.on('cameras', ({ cameras }: { cameras: SiteCamera[] }, ack) => {
      told.push(cameras);
      confirmed(ack, {});
    });
    gateway.socket.on('test', (_camera, ack) => confirmed(ack, { streams: [] }));
    const camera = {
      name: 'gate',
      zone: 'SITE-1',
      url: 'rtsp://10.0.0.9/main',
      password: 'hidden',
    };
    await ada.request('POST', '/api/gateways/site/cameras', camera);
    await expect.poll(() => told.at(-1), { timeout: 3000 }).toMatchObject([camera]);
    expect(await ada.request('POST', '/api/gateways/site/test', camera)).toEqual({ streams: [] });
    gateway.socket.on('discover', (_none, ack) =>
      confirmed(ack, { cameras: [], from: ['10.0.0.2'] }),
    );
    expect(await ada.request('POST', '/api/gateways/site/discover')).toEqual({
      ...{ cameras: [], from: ['10.0.0.2'] },
    });
    // With the password that is kept for this host, and for no other.
    const passwords: unknown[] = [];
    gateway.socket.on('facts', (asked: { camera: { password?: string } }, ack) => {
      passwords.push(asked.camera.password);
      confirmed(ack, { profiles: [] });
    });
    for (const url of ['http://10.0.0.9/onvif', 'http://10.0.0.10/onvif']) {
      const facts = await ada.request('POST', '/api/gateways/site/facts', { url });
      expect(facts).toEqual({ profiles: [] });
    }
    expect(passwords).toEqual(['hidden', undefined]);

    const filming = site.camera('gate');
    open.push(filming);
    await filming.request('claim', { zone: 'SITE-1', label: '' });
    const picture = Buffer.from([0xff, 0xd8, 0xff, 9]);
    filming.socket.on('still:wanted', () =>
      filming.socket.emit('still', { zone: 'SITE-1', still: { picture, age: 0 } }, () => {}),
    );
    const still = await ada.ask('GET', '/api/zones/SITE-1/still');
    expect([still.status, still.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    const nobody = await ada.ask('GET', '/api/zones/SITE-2/still');
    expect(nobody.code).toBe('not-found');
  });

  test('a page shows the nodes, where zones are filmed, and who is gone', async () => {
    expect((await mary.signIn('mary')).status).toBe(200);
    const filming = mary.socket();
    open.push(filming);
    await filming.request('claim', { zone: 'PARK-03', label: 'gate' });
    browser = await launchBrowser();
    const page = await signedInTab(browser, north.url, { name: 'Ada', password });
    await page.goto(`${north.url}/admin#nodes`);
    const nodes = page.getByRole('table', { name: 'Nodes' });
    await nodes.getByRole('row', { name: /^north works/ }).waitFor();
    await nodes.getByRole('row', { name: /^south works/ }).waitFor();
    await page.getByRole('row', { name: /^PARK-03 south/ }).waitFor();
    expect(await faults(page)).toEqual([]);
    signal('SIGSTOP');
    await nodes.getByRole('row', { name: /^south.*gone: was here last/ }).waitFor();
  });
});
