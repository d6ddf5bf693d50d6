/** When a camera's still is given, and when it is nobody's, whatever is on its way. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Masks } from '../../server/contract/privacy.ts';
import type { Camera } from '../../server/zones/camera.ts';
import { blankRecord } from '../../server/zones/record.ts';
import { Stills, stillTimes } from '../../server/zones/stills.ts';
import type { Zones } from '../../server/zones/zones.ts';
import { fakeZones } from '../support/fake-zone.ts';

const id = 'STILL-1';
const picture = new Uint8Array([0xff, 0xd8, 0xff]);
const corners = [
  { x: 0.1, y: 0.1 },
  { x: 0.4, y: 0.1 },
  { x: 0.4, y: 0.4 },
];
const masks: Masks = [{ points: corners }];

let zones: Zones;
let stills: Stills;
beforeEach(() => {
  vi.useFakeTimers();
  zones = fakeZones();
  stills = new Stills(zones, () => 1_000_000 + performance.now());
});
afterEach(() => {
  vi.useRealTimers();
});

/** A camera that films the zone. @returns also how often it was asked */
function cameraThere(reachable = true): { camera: Camera; asked: () => number } {
  const askForStill = vi.fn();
  const camera: Camera = {
    ...{ label: 'gate', peer: 'a', canMask: true, reachable, window: undefined },
    ...{ maxBitrate: undefined, sendsUnasked: true, askForStill },
    received: async () => undefined,
    ...{ sendUpTo: vi.fn(), sendAtMost: vi.fn(), burnIn: vi.fn(), tell: vi.fn(), ended: vi.fn() },
  };
  zones.at(id).claim(camera);
  return { camera, asked: () => askForStill.mock.calls.length };
}

const took = (camera: Camera, age = 0): void =>
  stills.took(camera, { zone: id, still: { picture, age } });
const setMasks = (): void => zones.keep({ ...blankRecord(id), masks });

test('all who ask in a while get one picture, of one question', async () => {
  const { camera, asked } = cameraThere();
  const first = stills.of(id);
  const second = stills.of(id);
  took(camera, 300);
  expect(await first).toEqual(await second);
  await vi.advanceTimersByTimeAsync(stillTimes.interval - 1);
  expect(await stills.of(id)).toEqual(await first);
  expect(asked()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  const next = stills.of(id);
  expect(asked()).toBe(2);
  took(camera);
  expect((await next).at).toBeGreaterThan((await first).at);
});

test('a camera that does not answer the next question is shown as it was for a few seconds, and no longer', async () => {
  const { camera, asked } = cameraThere();
  const first = stills.of(id);
  took(camera);
  await first;
  await vi.advanceTimersByTimeAsync(stillTimes.interval);
  const late = stills.of(id);
  await vi.advanceTimersByTimeAsync(stillTimes.patience);
  expect(await late).toEqual(await first);
  await vi.advanceTimersByTimeAsync(stillTimes.kept);
  const none = expect(stills.of(id)).rejects.toThrow('has not answered');
  await vi.advanceTimersByTimeAsync(stillTimes.patience);
  await none;
  expect(asked()).toBe(3);
  // What comes too late is nobody's.
  expect(() => took(camera)).toThrow('No still of this zone was asked');
});

test("masks that change while it is on its way make it nobody's", async () => {
  const { camera } = cameraThere();
  const asked = expect(stills.of(id)).rejects.toThrow('masks have just changed');
  setMasks();
  expect(() => took(camera)).toThrow('No still of this zone was asked');
  await vi.advanceTimersByTimeAsync(stillTimes.patience);
  await asked;
});

test('one that was taken before the camera had its masks is not given, also when it comes after', async () => {
  const { camera } = cameraThere();
  setMasks();
  await vi.advanceTimersByTimeAsync(500);
  zones.at(id).confirmMasks(camera);
  await vi.advanceTimersByTimeAsync(100);
  const asked = expect(stills.of(id)).rejects.toThrow('masks were others');
  took(camera, 200);
  await asked;
  await vi.advanceTimersByTimeAsync(stillTimes.interval);
  const next = stills.of(id);
  took(camera);
  expect((await next).picture).toEqual(picture);
});

test('it goes with its camera, and another camera is asked for its own', async () => {
  const { camera } = cameraThere();
  const first = stills.of(id);
  took(camera);
  await first;
  zones.at(id).end(camera);
  await expect(stills.of(id)).rejects.toThrow('nobody films');
  const { camera: other, asked } = cameraThere();
  const next = stills.of(id);
  expect(asked()).toBe(1);
  expect(() => took(camera)).toThrow('No still of this zone was asked');
  took(other);
  await next;
});

test('a camera that cannot be reached is not waited for', async () => {
  const { asked } = cameraThere(false);
  await expect(stills.of(id)).rejects.toThrow('cannot be asked now');
  expect(asked()).toBe(0);
});
