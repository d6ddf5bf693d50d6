/** The pages of privacy as they are pictured: masks being drawn, and a zone's sign. */
import type { Browser } from 'playwright-core';
import { newTab, openConsole, pill } from '../browser.ts';
import { startServer } from '../server.ts';
import type { Pictured } from './pictured.ts';

const notice = `{
  purpose: Safety of the public space and control of traffic,
  controller: 'City of Example, Department of Traffic, 1 Main Street, 12345 Example',
  retention: Live pictures only; nothing is recorded. Who watched is kept for 90 days.,
  legal_basis: Art. 6 (1) (e) GDPR with section 4 BDSG,
  contact: 'Data protection officer, dpo@city.example, +49 123 456789'
}`;

export async function privacyPictures(browser: Browser): Promise<Pictured> {
  const server = await startServer({ PRIVACY_NOTICE: notice });
  const zone = 'CBD-TRAFFIC-01';
  const camera = await openConsole(browser, server.url, { zone, role: 'camera' });
  await pill(camera, 'STREAMING');
  await camera.getByRole('button', { name: 'Edit masks' }).click();
  const box = await camera.getByRole('application').boundingBox();
  if (!box) throw new Error('there is nothing to draw on');
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  await camera.mouse.move(...at(0.08, 0.12));
  await camera.mouse.down();
  await camera.mouse.move(...at(0.32, 0.45), { steps: 3 });
  await camera.mouse.up();
  await camera.getByRole('button', { name: 'Polygon' }).click();
  for (const [x, y] of [
    [0.5, 0.8],
    [0.6, 0.4],
    [0.8, 0.35],
    [0.9, 0.7],
  ] as const) {
    await camera.mouse.click(...at(x, y));
  }
  await camera.keyboard.press('Enter');
  const sign = await newTab(browser);
  await sign.goto(`${server.url}/notice?zone=${zone}`);
  await sign.getByText('City of Example').waitFor();
  return { pages: { 'camera-masks': camera, notice: sign }, stop: () => server.stop() };
}
