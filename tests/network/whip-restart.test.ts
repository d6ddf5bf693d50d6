/** Encoders and players of others whose address changes, as when a device goes over to another network. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { chromiumProgram, launchBrowser } from '../support/browser.ts';
import { Lab } from '../support/lab.ts';
import { playInPage, restartIce, seenIn } from '../support/peers/whep-page.ts';
import { filmInPage } from '../support/peers/whip-page.ts';
import { testWith } from '../support/prerequisites.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const test = testWith(['ip', 'nft', 'nsenter'], { namespaces: true });
const zone = 'RESTART-01';
const soon = { timeout: 20_000, interval: 100 };
let lab: Lab<'server' | 'encoder' | 'player'>;
let server: RunningServer;
let browsers: Record<'encoder' | 'player', Browser>;
let encoder: Page;
let player: Page;

beforeAll(async () => {
  lab = new Lab(['server', 'encoder', 'player']);
  const { hosts } = lab;
  const { address } = hosts.server;
  const launch = (host: 'encoder' | 'player'): Promise<Browser> =>
    launchBrowser([], true, lab.launcher(hosts[host], chromiumProgram));
  [server, browsers] = await Promise.all([
    startServer(
      { HTTP_HOST: address, MEDIA_LISTEN: address, MEDIA_WORKERS: '1' },
      { prefix: hosts.server.prefix },
    ),
    Promise.all([launch('encoder'), launch('player')]).then(([encoder, player]) => ({
      encoder,
      player,
    })),
  ]);
  encoder = await filmInPage(browsers.encoder, server.url, zone);
  player = await playInPage(browsers.player, server.url, zone);
});
afterAll(async () => {
  await Promise.all([browsers?.encoder.close(), browsers?.player.close(), server?.stop()]);
  lab?.close();
});

async function frames(): Promise<number> {
  return (await seenIn(player)).frames;
}

test.each(['player', 'encoder'] as const)(
  'the picture goes on after a restart of ICE when the address of the %s has changed',
  async (who) => {
    const first = await frames();
    await expect.poll(frames, soon).toBeGreaterThan(first + 5);
    lab.readdress(lab.hosts[who]);
    // Nothing passes from or to the former address.
    await player.waitForTimeout(1000);
    const before = await frames();
    await player.waitForTimeout(1000);
    expect((await frames()) - before).toBeLessThan(3);
    expect(await restartIce(who === 'player' ? player : encoder)).toBe(200);
    await expect.poll(frames, soon).toBeGreaterThan(before + 20);
  },
);
