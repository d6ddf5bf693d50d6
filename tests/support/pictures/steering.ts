/** The pages on which a camera is steered, as they are pictured. */
import type { Browser, Page } from 'playwright-core';
import { openConsole, newTab } from '../browser.ts';
import type { Clip } from '../peers/clip.ts';
import { LightPublisher } from '../peers/publisher.ts';
import { SteeredCamera } from '../peers/steered-camera.ts';
import { startServer } from '../server.ts';
import type { Pictured } from './pictured.ts';

export async function steeringPictures(browser: Browser, clip: Clip): Promise<Pictured> {
  const server = await startServer();
  const [zone, ...others] = ['DOCK-GATE-01', 'DOCK-GATE-02', 'DOCK-EAST-01', 'DOCK-EAST-02'];
  const camera = await SteeredCamera.start(server.url, zone, clip);
  const cameras = await Promise.all(
    others.map((other) => LightPublisher.start(server.url, other, clip)),
  );
  const steer = async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: 'Steer', exact: true }).click();
    await page.getByRole('application').waitFor();
  };
  const wall = await newTab(browser);
  await wall.goto(`${server.url}/wall?zones=${[zone, ...others].join(',')}&layout=4`);
  await wall.getByLabel(`${zone}, STREAMING`).focus();
  await steer(wall);
  const console = await openConsole(browser, server.url, { zone, role: 'operator' });
  await steer(console);
  await console.keyboard.press('2');
  await console.getByRole('button', { name: 'Presets' }).click();
  const stop = (): Promise<unknown> => {
    for (const each of [camera, ...cameras]) each.close();
    return server.stop();
  };
  return { pages: { steering: console, 'steering-wall': wall }, stop };
}
