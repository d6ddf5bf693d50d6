/** The console in each of its states, as it is pictured. */
import type { Browser } from 'playwright-core';
import { framesFlow, openConsole, pill } from '../browser.ts';
import { startServer } from '../server.ts';
import type { Pictured } from './pictured.ts';

const zone = 'CBD-TRAFFIC-01';
/** A camera that nobody watches sends for as long, for whoever installs it to see, ms. */
const warmUp = '2000';

export async function consolePictures(browser: Browser): Promise<Pictured> {
  const server = await startServer({ CAMERA_WARM_UP: warmUp });
  const { url } = server;
  const camera = await openConsole(browser, url, { zone, role: 'camera' });
  const operator = await openConsole(browser, url, { zone, role: 'operator' });
  await framesFlow(operator, 50, 60_000); // for the figures and their lines
  const waiting = await openConsole(browser, url, { zone: 'PARK-WEST-02', role: 'operator' });
  await pill(waiting, 'WAITING FOR CAMERA');
  const refused = await openConsole(browser, url, { zone, role: 'camera' });
  await pill(refused, 'FAILED');
  const standby = await openConsole(browser, url, { zone: 'HARBOUR-GATE-01', role: 'camera' });
  await standby.getByText('On standby').first().waitFor();
  await pill(camera, 'STREAMING');
  return { pages: { camera, operator, waiting, refused, standby }, stop: () => server.stop() };
}
