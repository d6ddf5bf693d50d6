/**
 * `npm run screenshots [-- PART …]`: the real pages with live pictures, for the manuals and for a critical look. One part
 * after another, so that a small machine has no more open pages than it can draw.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '../server/config.ts';
import { launchBrowser } from './support/browser.ts';
import { recordedClip } from './support/peers/recorder.ts';
import { accessPictures } from './support/pictures/access.ts';
import { consolePictures } from './support/pictures/console.ts';
import { deskPictures } from './support/pictures/desk.ts';
import { mapPictures } from './support/pictures/map.ts';
import type { Part } from './support/pictures/pictured.ts';
import { privacyPictures } from './support/pictures/privacy.ts';
import { sitePictures } from './support/pictures/site.ts';
import { steeringPictures } from './support/pictures/steering.ts';
import { take, type View } from './support/pictures/take.ts';
import { wallPictures } from './support/pictures/wall.ts';

const parts: Record<string, Part> = {
  console: consolePictures,
  wall: wallPictures,
  desk: deskPictures,
  map: mapPictures,
  access: accessPictures,
  privacy: privacyPictures,
  steering: steeringPictures,
  site: sitePictures,
};
const views = {
  wide: { width: 1440, height: 900 },
  narrow: { width: 390, height: 844, whole: true },
  small: { width: 1024, height: 768 },
  /** 4K, of which the picture has every other pixel. */
  large: { width: 3840, height: 2160, scale: 0.5 },
  /** A window of 1440×900 whose page is enlarged to 200 %. */
  zoomed: { width: 720, height: 450, density: 2 },
} satisfies Record<string, View>;
type Size = keyof typeof views;
const usual: Size[] = ['wide', 'narrow'];
/** The pages that people look at all day are pictured in other windows too. */
const sizesOf: Record<string, Size[]> = {
  camera: [...usual, 'zoomed'],
  desk: [...usual, 'small', 'large', 'zoomed'],
  map: [...usual, 'zoomed'],
  operator: [...usual, 'small', 'zoomed'],
  wall: [...usual, 'small', 'zoomed'],
  'wall-far': ['large'],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(', ')}: the parts are ${Object.keys(parts).join(', ')}.`,
  );
  process.exit(2);
}
const folder = path.join(projectFolder, 'docs/images');
mkdirSync(folder, { recursive: true });
const clip = await recordedClip();
for (const [part, open] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(part)) continue;
  const browser = await launchBrowser();
  const { pages, stop } = await open(browser, clip);
  try {
    for (const [name, page] of Object.entries(pages)) {
      for (const size of sizesOf[name] ?? usual) {
        const file = path.join(folder, `${name}-${size}.webp`);
        console.log(
          path.relative(projectFolder, file),
          await take(page, file, views[size]),
          'bytes',
        );
      }
    }
  } finally {
    await browser.close();
    await stop();
  }
}
