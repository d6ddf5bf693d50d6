/** A moment that an operator marks, as others see it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, pill, signedInTab } from '../support/browser.ts';
import { LightPublisher } from '../support/peers/publisher.ts';
import { recordedClip } from '../support/peers/recorder.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { join, password, setUp } from '../support/visitor.ts';

const zones = ['CBD-GATE-02'];
let server: RunningServer;
let browser: Browser;
let cameras: LightPublisher[] = [];

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startServer({ TLS_ENABLED: 'false', ACCESS_MODE: 'accounts' }),
    launchBrowser(),
  ]);
  const ada = await setUp(server, 'ada');
  await join(server, ada, 'Vera', [{ role: 'viewer', zones: 'CBD-*' }]);
  const { secret } = await ada.addKey('camera', '*');
  const clip = await recordedClip();
  const headers = { authorization: `Bearer ${secret}` };
  cameras = await Promise.all(
    zones.map((zone) => LightPublisher.start(server.url, zone, clip, headers)),
  );
}, 120_000);
afterAll(async () => {
  for (const camera of cameras) camera.close();
  await Promise.all([browser?.close(), server?.stop()]);
});

const happened = (where: Page) => where.getByRole('region', { name: 'What happened' });

test('a bookmark of the console is seen by whoever may watch the zone, and made by none who may only watch', async () => {
  const tab = (name: string): Promise<Page> => signedInTab(browser, server.url, { name, password });
  const [ada, vera] = [await tab('ada'), await tab('Vera')];
  await ada.goto(`${server.url}/?zone=CBD-GATE-02&role=operator&start=1`);
  await pill(ada, 'STREAMING');
  await ada.keyboard.press('b');
  await ada.getByText(/^Bookmarked \d\d:\d\d:\d\d, in What happened$/).waitFor();
  await ada.keyboard.press('Escape');
  const button = (page: Page) => page.getByRole('button', { name: 'Bookmark', exact: true });
  await expect.poll(() => button(ada).evaluate((it) => it.matches(':focus'))).toBe(true);

  await vera.goto(`${server.url}/desk`);
  await vera.getByRole('button', { name: /^What happened/ }).click();
  await happened(vera).getByRole('button', { name: 'Bookmarks' }).click();
  await happened(vera)
    .getByText(/^Bookmark by ada at \d\d:\d\d:\d\d$/)
    .waitFor();
  await vera.goto(`${server.url}/?zone=CBD-GATE-02&role=operator&start=1`);
  await pill(vera, 'STREAMING');
  expect(await button(vera).count()).toBe(0);
});
