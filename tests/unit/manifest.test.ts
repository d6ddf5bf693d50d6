/** What the installed app is called and looks like is what its pages are called and look like. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';
import { pagePaths } from '../../server/contract/page.ts';
import { texts } from '../../web/lib/text/texts.ts';

interface Manifest {
  readonly name: string;
  readonly lang: string;
  readonly start_url: string;
  readonly theme_color: string;
  readonly background_color: string;
  readonly icons: { src: string; sizes: string; type: string }[];
}
const read = (name: string): Buffer => readFileSync(path.join(projectFolder, 'web', name));
const manifest = JSON.parse(read('public/manifest.webmanifest').toString()) as Manifest;

test('it has the name of the pages, begins at one of them, and has the dark ground', () => {
  expect(manifest.name).toBe(texts.site.name);
  expect(manifest.lang).toBe(texts.site.language);
  expect(pagePaths).toContain(manifest.start_url);
  const [, ground] = /--ground: (#\w+);/.exec(read('theme.css').toString()) ?? [];
  expect([manifest.theme_color, manifest.background_color]).toEqual([ground, ground]);
});

test('each icon is there, as large as it says', () => {
  const pictures = manifest.icons.filter(({ type }) => type === 'image/png');
  expect(pictures.map(({ sizes }) => sizes)).toEqual(['192x192', '512x512', '512x512']);
  for (const { src, sizes } of pictures) {
    const png = read(`public${src}`);
    // The header of a PNG: width and height after its name (RFC 2083, 4.1.1).
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, src).toBe(sizes);
  }
});
