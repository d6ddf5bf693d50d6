/** Masks hold for the shape that they were drawn on, also after the gateway has been started again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Memory } from '../../gateway/memory.ts';
import { software } from '../../gateway/transcoder/encoder.ts';
import { MaskShape } from '../../gateway/transcoder/mask-shape.ts';
import { Transcoding } from '../../gateway/transcoder/transcoding.ts';
import type { StreamFacts } from '../../gateway/video/picture.ts';
import type { SourceEvents } from '../../gateway/video/source.ts';
import type { Masks } from '../../server/contract/privacy.ts';
import type { Trouble } from '../../server/contract/gateway.ts';

const ffmpeg = { command: 'ffmpeg', version: '5.1', encoder: software };
const corner: Masks = [{ points: [{ x: 0, y: 0 }, { x: 0.5, y: 0 }, { x: 0, y: 0.5 }] }]; // prettier-ignore
const other: Masks = [{ points: [{ x: 1, y: 1 }, { x: 0.5, y: 1 }, { x: 1, y: 0.5 }] }]; // prettier-ignore
const zone = 'GATE-01';
const wide = { width: 1280, height: 720 };
const nearlyWide = { width: 640, height: 352 };
const square = { width: 640, height: 480 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mask-shape-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A run of the gateway, as far as its camera's main and sub stream are treated. */
function run(masks: Masks, seen?: number) {
  const memory = new Memory(folder, pino({ level: 'silent' }));
  const shape = new MaskShape(memory.shapeOf(zone), seen);
  const streams = [shape, shape.ofSub].map((own) => {
    const transcoding = new Transcoding(ffmpeg, 'auto', own);
    transcoding.setMasks(masks);
    return transcoding;
  });
  const shows = ({ width, height }: { width: number; height: number }, at = 0) => {
    const told: { facts: StreamFacts[]; trouble?: Trouble } = { facts: [] };
    const open = (events: SourceEvents) => {
      events.facts({ width, height, codec: 'H264', reorders: false });
      return { stop: async () => {} };
    };
    void streams[at]
      ?.around(open)({
        facts: (facts) => told.facts.push(facts),
        picture: () => {},
        ended: (trouble) => (told.trouble = trouble),
      })
      .stop();
    return told.trouble ?? (told.facts.at(-1)?.transcoded ? 'masked' : 'bare');
  };
  return { shows, setMasks: (next: Masks) => streams.forEach((one) => one.setMasks(next)) };
}

const refused = {
  code: 'masks-required',
  detail: expect.stringMatching(/another shape than 640×480/) as string,
};

test('the shape outlasts a restart, for both streams', () => {
  expect(run(corner).shows(wide)).toBe('masked');
  const second = run(corner);
  expect(second.shows(square)).toEqual(refused);
  expect(second.shows(square, 1)).toEqual(refused);
  expect(second.shows(nearlyWide)).toMatchObject({ code: 'masks-required' });
  expect(second.shows({ width: 1296, height: 720 })).toBe('masked');
  expect(second.shows({ width: 320, height: 180 }, 1)).toBe('masked');
  // It stays what it was, however often another shape has come.
  expect(run(corner).shows(square)).toEqual(refused);
  expect(run(corner).shows(wide)).toBe('masked');
});

test('masks that are drawn anew hold for what the camera sends then', () => {
  const first = run(corner);
  expect(first.shows(wide)).toBe('masked');
  expect(first.shows(square)).toEqual(refused);
  first.setMasks(other);
  expect(first.shows(square)).toBe('masked');
  const second = run(other);
  expect(second.shows(wide)).toMatchObject({ code: 'masks-required' });
  second.setMasks([]);
  expect(second.shows(wide)).toBe('bare');
  second.setMasks(other);
  expect(run(other).shows(square)).toEqual(refused);
});

test('masks that are drawn while the camera sleeps hold for the picture that was seen last', () => {
  const aspect = wide.width / wide.height;
  expect(run(corner, aspect).shows(square)).toEqual(refused);
  expect(run(corner).shows(wide)).toBe('masked');
});

test('a sub stream of another shape does not decide for the main stream', () => {
  const first = run(corner);
  expect(first.shows(square, 1)).toBe('masked');
  expect(first.shows(wide)).toBe('masked');
  expect(first.shows(square, 1)).toEqual(refused);
});

test('where what was kept cannot be read, masks are drawn anew before anything is shown', () => {
  expect(run(corner).shows(wide)).toBe('masked');
  writeFileSync(path.join(folder, 'gateway.json'), '{"shapes":');
  const unknown = { code: 'masks-required', detail: expect.stringMatching(/not known any more/) };
  expect(run(corner).shows(wide)).toEqual(unknown);
  const next = run(corner);
  expect(next.shows(wide)).toEqual(unknown);
  next.setMasks(other);
  expect(next.shows(wide)).toBe('masked');
  expect(run(other).shows(square)).toEqual(refused);
});
