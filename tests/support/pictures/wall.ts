/** Walls of live zones with one in trouble, as they are pictured. */
import type { Browser, Page } from 'playwright-core';
import { newTab } from '../browser.ts';
import type { Clip } from '../peers/clip.ts';
import { LightPublisher } from '../peers/publisher.ts';
import { startServer } from '../server.ts';
import type { Pictured } from './pictured.ts';

const zones = Array.from({ length: 7 }, (_, index) => `CBD-TRAFFIC-0${index + 1}`);
const [first, , third] = zones;

export async function wallPictures(browser: Browser, clip: Clip): Promise<Pictured> {
  const server = await startServer();
  const cameras: LightPublisher[] = [];
  for (const zone of zones) cameras.push(await LightPublisher.start(server.url, zone, clip));
  const open = async (query: string): Promise<Page> => {
    const page = await newTab(browser);
    await page.goto(`${server.url}/wall?${query}`);
    await page.getByLabel(`${first}, STREAMING`).waitFor();
    return page;
  };
  const wall = await open(`zones=${[...zones, 'DOCK-GATE-09'].join(',')}`);
  await wall.getByLabel(`${zones.at(-1)}, STREAMING`).waitFor();
  cameras[2]?.pause();
  await wall.getByLabel(`${third}, STALLED`).waitFor();
  const enlarged = await open('match=CBD-*&layout=9');
  await enlarged.getByLabel(`${first}, STREAMING`).dblclick();
  await enlarged.keyboard.press('i');
  const far = await open(`zones=${zones.join(',')},DOCK-GATE-09&layout=9&distance=3&kiosk=1`);
  const stop = (): Promise<unknown> => {
    for (const each of cameras) each.close();
    return server.stop();
  };
  return { pages: { wall, 'wall-enlarged': enlarged, 'wall-far': far }, stop };
}
