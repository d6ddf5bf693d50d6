/** The operator's desk, the map and the fleet of a small city, as they are pictured. */
import type { Browser, Page } from 'playwright-core';
import { newTab } from '../browser.ts';
import type { Clip } from '../peers/clip.ts';
import { LightPublisher } from '../peers/publisher.ts';
import { startServer } from '../server.ts';
import type { Pictured } from './pictured.ts';

const live = [
  ...['CBD-TRAFFIC-01', 'CBD-TRAFFIC-02', 'CBD-GATE-01', 'CBD-GATE-02', 'DOCK-GATE-01'],
  ...['DOCK-EAST-01', 'PARK-WEST-01', 'PARK-WEST-02', 'HARBOUR-QUAY-01'],
];
const listed = ['DOCK-EAST-02', 'PARK-NORTH-01'];

export async function deskPictures(browser: Browser, clip: Clip): Promise<Pictured> {
  const server = await startServer({ ZONES_CONFIGURED: listed.join(',') });
  const cameras = await Promise.all(
    live.map((zone) => LightPublisher.start(server.url, zone, clip)),
  );
  const open = async (path: string): Promise<Page> => {
    const page = await newTab(browser);
    await page.goto(`${server.url}${path}`);
    return page;
  };
  const shown = live.slice(0, 6);
  const desk = await open(`/desk?zones=${shown.join(',')}`);
  for (const zone of shown) await desk.getByLabel(`${zone}, STREAMING`).waitFor();
  cameras[4]?.close(); // one is lost
  await desk.getByText('Lost since').first().waitFor();
  await desk.getByLabel(`${live[1]}, STREAMING`).focus();
  const fleet = await open('/admin#fleet');
  await fleet.getByRole('row', { name: new RegExp(`^${live[0]}`) }).waitFor();
  const stop = (): Promise<unknown> => {
    for (const each of cameras) each.close();
    return server.stop();
  };
  return { pages: { desk, 'admin-fleet': fleet }, stop };
}
