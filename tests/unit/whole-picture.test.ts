/** Browsers crop a camera's picture by default; masks and layers need the whole one. */
import { expect, test } from 'vitest';
import { encodingsFor } from '../../server/contract/layers.ts';
import {
  actualCapture,
  fittingSize,
  isAlike,
  largerSizes,
} from '../../web/lib/session/whole-picture.ts';

const size = (text: string) => {
  const [width = 0, height = 0] = text.split('×').map(Number);
  return { width, height };
};

test.each([
  // Nearer to what was chosen than half of it: as the camera has it.
  ['1280×720', '1280×720', '1280×720'],
  ['1280×960', '1280×720', '1280×960'],
  ['2560×1080', '1280×720', '2560×1080'],
  ['720×1280', '1280×720', '720×1280'],
  ['640×480', '1280×720', '640×480'],
  ['160×120', '1920×1080', '160×120'],
  // Much larger: scaled as a whole.
  ['3840×2160', '1280×720', '1920×1080'],
  ['1280×720', '640×360', '640×360'],
  ['1280×960', '640×360', '640×480'],
  ['2560×1080', '320×180', '640×270'],
  ['1080×1920', '640×360', '540×960'],
  ['1281×721', '320×180', '320×180'],
])('a camera of %s of which %s is chosen is taken at %s', (own, chosen, taken) => {
  expect(fittingSize(size(own), size(chosen))).toEqual(size(taken));
});

test.each([
  [{}],
  [{ width: 0, height: 0, frameRate: 0 }],
  [{ width: Number.NaN, height: -1, frameRate: Infinity }],
])('a device that says %j of itself is taken to be as chosen', (settings) => {
  const chosen = { width: 1280, height: 720, frameRate: 15 };
  const capture = actualCapture(settings, chosen);
  expect(capture).toEqual(chosen);
  expect(encodingsFor(capture, 'vp8').map(({ maxBitrate }) => maxBitrate)).toEqual(
    encodingsFor(chosen, 'vp8').map(({ maxBitrate }) => maxBitrate),
  );
});

test('what a device does say counts', () => {
  const chosen = { width: 1280, height: 720, frameRate: 30 };
  expect(actualCapture({ width: 720, height: 1280, frameRate: 0.5 }, chosen)).toEqual({
    width: 720,
    height: 1280,
    frameRate: 0.5,
  });
});

test('a shape is looked for in larger sizes, up to 1920 wide', () => {
  expect(largerSizes(size('320×180')).map(({ width }) => width)).toEqual([640, 1280]);
  expect(largerSizes(size('1280×720'))).toEqual([]);
  expect(isAlike(size('640×360'), size('1280×720'))).toBe(true);
  expect(isAlike(size('720×1280'), size('1280×720'))).toBe(true);
  expect(isAlike(size('640×480'), size('640×360'))).toBe(false);
});
