/** `npm run screenshots`: the real console with a live feed, for the README and for a critical look. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../server/config.ts';
import { accessPictures } from './support/access-pictures.ts';
import { deskPictures } from './support/desk-pictures.ts';
import { gatewayPictures } from './support/gateway-pictures.ts';
import { figure, framesFlow, launchBrowser, newTab, openConsole, pill } from './support/browser.ts';
import { LightPublisher } from './support/peers/publisher.ts';
import { privacyPictures } from './support/privacy-pictures.ts';
import { recordedClip } from './support/peers/recorder.ts';
import { steeringPictures } from './support/steering-pictures.ts';
import { startServer } from './support/server.ts';

const folder = path.join(projectFolder, 'docs/images');
mkdirSync(folder, { recursive: true });
const server = await startServer();
const browser = await launchBrowser();
const wallZones = Array.from({ length: 8 }, (_, index) => `CBD-TRAFFIC-0${index + 1}`).slice(1);
const cameras: LightPublisher[] = [];
const access = await accessPictures(browser);
const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
try {
  const camera = await openConsole(browser, server.url, { zone: 'CBD-TRAFFIC-01', role: 'camera' });
  await pill(camera, 'STREAMING');
  const operator = await openConsole(browser, server.url, {
    zone: 'CBD-TRAFFIC-01',
    role: 'operator',
  });
  await framesFlow(operator, 150, 60_000);
  const waiting = await openConsole(browser, server.url, {
    zone: 'PARK-WEST-02',
    role: 'operator',
  });
  await pill(waiting, 'WAITING FOR CAMERA');
  const refused = await openConsole(browser, server.url, {
    zone: 'CBD-TRAFFIC-01',
    role: 'camera',
  });
  await pill(refused, 'FAILED');
  const clip = await recordedClip();
  for (const zone of wallZones) cameras.push(await LightPublisher.start(server.url, zone, clip));
  const wall = await newTab(browser);
  await wall.goto(`${server.url}/wall?zones=${[...wallZones, 'DOCK-GATE-09'].join(',')}`);
  await wall.getByLabel(`${wallZones.at(-1)}, STREAMING`).waitFor();
  cameras[2]?.pause(); // one in trouble
  await wall.getByLabel(`${wallZones[2]}, STALLED`).waitFor();
  const enlarged = await newTab(browser);
  await enlarged.goto(`${server.url}/wall?match=CBD-*&layout=9`);
  await enlarged.getByLabel(`${wallZones[0]}, STREAMING`).dblclick();
  await enlarged.keyboard.press('i');
  const kiosk = await newTab(browser);
  await kiosk.goto(`${server.url}/wall?match=CBD-*&layout=4&kiosk=1`);
  await kiosk.getByLabel(`${wallZones[0]}, STREAMING`).waitFor();
  const standby = await openConsole(browser, server.url, {
    zone: 'HARBOUR-GATE-01',
    role: 'camera',
  });
  await standby.getByText('On standby').first().waitFor();
  await wall.waitForTimeout(3000); // for the figures of the health strip
  const { pages: privacy, stop: stopPrivacy } = await privacyPictures(browser);
  const { pages: steering, stop: stopSteering } = await steeringPictures(browser, clip);
  const { pages: desk, stop: stopDesk } = await deskPictures(browser, clip);
  const { pages: site, stop: stopSite } = await gatewayPictures(browser, clip);
  for (const [name, page] of Object.entries({
    camera,
    operator,
    waiting,
    refused,
    wall,
    'wall-enlarged': enlarged,
    kiosk,
    standby,
    ...privacy,
    ...steering,
    ...desk,
    ...site,
    ...access.pages,
  })) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport);
      await page.waitForTimeout(300); // for the layout to settle; nothing is asserted here
      const file = path.join(folder, `${name}-${size}.png`);
      await page.screenshot({ path: file, fullPage: size === 'narrow' });
      console.log(file);
    }
  }
  await Promise.all([stopPrivacy(), stopSteering(), stopDesk(), stopSite()]);
  for (const label of ['RTT', 'Encryption', 'Latency', 'Bitrate', 'Resolution']) {
    console.log(label, await figure(operator, label));
  }
} finally {
  for (const camera of cameras) camera.close();
  await browser.close();
  await Promise.all([server.stop(), access.stop()]);
}
