/** Cameras of a site in the administration, cameras that are found, and a wall of them beside browsers, as they are pictured. */
import type { Browser } from 'playwright-core';
import { newTab } from '../browser.ts';
import { Scene } from '../gateway/scene.ts';
import { startOnvifDevice } from '../onvif/device.ts';
import { answerProbes } from '../onvif/discovered.ts';
import { mediaService, type DeviceProfile } from '../onvif/media-service.ts';
import type { Clip } from '../peers/clip.ts';
import { LightPublisher } from '../peers/publisher.ts';
import type { Pictured } from './pictured.ts';

const login = { user: 'operator', password: 'correct horse' };
const sites = ['GATE', 'YARD', 'QUAY', 'RAMP'];

export async function sitePictures(browser: Browser, clip: Clip): Promise<Pictured> {
  const scene = await Scene.begin({
    streams: { '/main': 'mainProfile', '/sub': 'sub' },
    file: async (camera) => ({
      cameras: [
        ...sites.map((name) => ({
          ...{ name: name.toLowerCase(), zone: `SITE-${name}-01`, label: name },
          url: camera.url('/main'),
        })),
        { name: 'shed', zone: 'SITE-SHED-01', url: camera.url('/nothing-here') },
      ],
    }),
  });
  const { server, camera } = scene;
  const profiles: DeviceProfile[] = [
    { token: 'p2', name: 'Sub', url: camera.url('/sub'), width: 640, height: 360, keyEvery: 25 },
    { token: 'p1', name: 'Main', url: camera.url('/main'), width: 768, height: 432, keyEvery: 100 },
  ];
  const device = await startOnvifDevice({
    services: [mediaService(1, { profiles }), mediaService(2, { profiles })],
    ...{ login, clockAhead: 7_200_000 },
  });
  const stopProbes = await answerProbes({ url: device.url, name: 'Quay camera' });
  const browsers = ['CBD-TRAFFIC-01', 'CBD-TRAFFIC-02', 'CBD-GATE-01', 'PARK-WEST-02'];
  const cameras = await Promise.all(
    browsers.map((zone) => LightPublisher.start(server.url, zone, clip)),
  );
  const wall = await newTab(browser);
  const zones = [...sites.map((name) => `SITE-${name}-01`), ...browsers];
  await wall.goto(`${server.url}/wall?zones=${zones.join(',')}&layout=9`);
  for (const zone of zones) await wall.getByLabel(`${zone}, STREAMING`).waitFor();
  const list = await newTab(browser);
  await list.goto(`${server.url}/admin#cameras`);
  await list.getByRole('row', { name: /^shed/ }).waitFor();
  const found = await newTab(browser);
  await found.goto(`${server.url}/admin#cameras`);
  await found.getByRole('button', { name: 'Find cameras of site' }).click();
  await found.getByRole('button', { name: /Set up Quay camera/ }).press('Enter');
  await found.getByLabel('User').fill(login.user);
  await found.getByLabel('Password').fill(login.password);
  await found.getByRole('button', { name: 'Ask the camera' }).click();
  await found.getByText('The camera has answered: choose its streams.').waitFor();
  const stop = async (): Promise<void> => {
    for (const each of cameras) each.close();
    stopProbes();
    await device.close();
    await scene.end();
  };
  return { pages: { 'admin-cameras': list, 'admin-found': found, 'wall-site': wall }, stop };
}
