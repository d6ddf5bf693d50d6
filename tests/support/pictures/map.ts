/** A plan of a harbour with its zones, as it is pictured. */
import type { Browser } from 'playwright-core';
import { newTab } from '../browser.ts';
import type { Clip } from '../peers/clip.ts';
import { LightPublisher } from '../peers/publisher.ts';
import { startServer } from '../server.ts';
import type { Pictured } from './pictured.ts';

/** Water, quays and sheds, seen from above. */
const plan = `<svg width="1600" height="900" viewBox="0 0 1600 900">
  <rect width="1600" height="900" fill="#26343f"/>
  <path d="M0 620H520V520H900V640H1600V900H0Z" fill="#16384f"/>
  <path d="M0 300H1600M420 0V520M1120 0V640" stroke="#3d4d59" stroke-width="46"/>
  <g fill="#41525f" stroke="#5d7180" stroke-width="4">
    <rect x="60" y="60" width="280" height="180"/><rect x="500" y="70" width="240" height="160"/>
    <rect x="800" y="60" width="230" height="190"/><rect x="1220" y="80" width="300" height="150"/>
    <rect x="70" y="380" width="270" height="170"/><rect x="510" y="370" width="330" height="110"/>
    <rect x="1210" y="390" width="310" height="170"/>
  </g>
</svg>`;

const live = [
  { zone: 'QUAY-WEST-01', x: 0.12, y: 0.7, heading: 60 },
  { zone: 'QUAY-WEST-02', x: 0.34, y: 0.6, heading: 100 },
  { zone: 'QUAY-EAST-01', x: 0.72, y: 0.72, heading: 300 },
  { zone: 'ROAD-NORTH-01', x: 0.26, y: 0.33, heading: 90 },
  { zone: 'ROAD-NORTH-02', x: 0.7, y: 0.33, heading: 270 },
  { zone: 'GATE-MAIN-01', x: 0.94, y: 0.33, heading: 265 },
];
const gone = [
  { zone: 'SHED-03', x: 0.58, y: 0.16, heading: 180 },
  { zone: 'QUAY-EAST-02', x: 0.86, y: 0.74, heading: 330 },
];

export async function mapPictures(browser: Browser, clip: Clip): Promise<Pictured> {
  const server = await startServer();
  const film = (zones: typeof live): Promise<LightPublisher[]> =>
    Promise.all(zones.map(({ zone }) => LightPublisher.start(server.url, zone, clip)));
  const [cameras, lost] = [await film(live), await film(gone)];
  const map = await newTab(browser);
  await map.setViewportSize({ width: 1700, height: 1000 });
  await map.setContent(plan);
  const picture = await map.locator('svg').screenshot();
  await map.goto(`${server.url}/map`);
  await map.getByLabel('Name of the plan').fill('Harbour');
  await map
    .getByLabel('Picture (PNG')
    .setInputFiles({ name: 'harbour.png', mimeType: 'image/png', buffer: picture });
  await map.getByRole('button', { name: 'Add the plan' }).click();
  await map.getByAltText('Plan Harbour').waitFor();
  const plans = `${server.url}/api/v1/plans`;
  const [added] = (await (await map.request.get(plans)).json()) as {
    id: string;
    version: number;
  }[];
  const answer = await map.request.put(`${plans}/${added?.id}`, {
    headers: { origin: server.url },
    data: { name: 'Harbour', version: added?.version, zones: [...live, ...gone] },
  });
  if (!answer.ok()) throw new Error(`the plan is not kept: ${await answer.text()}`);
  await map.reload();
  for (const camera of lost) camera.close();
  await map.getByText('6 of 8 zones live').waitFor();
  const stop = (): Promise<unknown> => {
    for (const each of cameras) each.close();
    return server.stop();
  };
  return { pages: { map }, stop };
}
