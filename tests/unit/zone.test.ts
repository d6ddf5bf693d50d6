/** The rules of one zone, with cameras and viewers that are neither browsers nor sockets. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Masks } from '../../server/contract/privacy.ts';
import type { Zone } from '../../server/zones/zone.ts';
import { FakeCamera, fakeVideo, FakeViewer, fakeZones, size } from '../support/fake-zone.ts';

const masks: Masks = [{ points: [0, 0.5, 1].map((x) => ({ x, y: x / 2 })) }];
const look = 250; // ms between two looks, as the server looks

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Time passes, and the camera is looked after. @param each done before each look */
async function pass(zone: Zone, time: number, each: () => void = () => {}): Promise<void> {
  for (let at = 0; at < time; at += look) {
    await vi.advanceTimersByTimeAsync(look);
    each();
    await zone.look();
  }
}

/** A camera that films, and a viewer to whom it sends. */
function filmed(video = fakeVideo()) {
  const zone = fakeZones().at('A-1');
  const [camera, viewer] = [new FakeCamera(), new FakeViewer()];
  zone.join(viewer);
  zone.claim(camera);
  zone.connecting(camera, 8_000_000);
  zone.connected(camera);
  zone.publish(camera, video, 30);
  return { zone, camera, viewer, video };
}

const keep = (zone: Zone, held: Masks): void =>
  zone.keep({ id: zone.id, listed: false, notice: null, masks: held });

test('a camera that sends nothing for 2 s is stalled, and streams again with its next packet', async () => {
  const { zone, camera } = filmed();
  await pass(zone, 1000, () => camera.send());
  expect(zone.summary.camera).toBe('streaming');
  await pass(zone, 1750);
  expect(zone.summary.camera).toBe('streaming');
  await pass(zone, 500);
  expect(zone.summary.camera).toBe('stalled');
  await pass(zone, look, () => camera.send());
  expect(zone.summary.camera).toBe('streaming');
  expect(camera.endings).toEqual([]);
});

test('a camera of one frame a second is not stalled between them', async () => {
  const { zone, camera } = filmed();
  for (let second = 0; second < 20; second += 1) {
    await pass(zone, 750);
    await pass(zone, look, () => camera.send());
    expect(zone.summary.camera).toBe('streaming');
  }
});

test('a camera that cannot be told anything stays while its packets come, and ends 1 s after', async () => {
  const { zone, camera, viewer, video } = filmed();
  camera.reachable = false;
  await pass(zone, 30_000, () => camera.send());
  expect(zone.summary.camera).toBe('streaming');
  await pass(zone, 1500);
  expect(camera.endings).toEqual([undefined]);
  expect(zone.summary.camera).toBe('idle');
  expect(viewer.retracted).toEqual([video.id]);
  expect(video.closed).toBe(true);
});

test('a sleeping camera that cannot be told anything stays while it gives signs of life', async () => {
  const { zone, camera, viewer } = filmed();
  zone.leave(viewer);
  await pass(zone, 11_000, () => camera.send());
  expect(camera.wanted).toEqual([null]);
  camera.reachable = false;
  await pass(zone, 30_000, () => camera.breathe());
  expect(zone.summary.camera).toBe('connected');
  await pass(zone, 9000);
  expect(camera.endings).toEqual([]);
  await pass(zone, 1500);
  expect(camera.endings).toEqual([undefined]);
});

test('a zone is not held for ever for a camera that never sends anything', async () => {
  const zone = fakeZones().at('A-1');
  const camera = new FakeCamera();
  zone.claim(camera);
  await pass(zone, 59_000);
  expect(camera.endings).toEqual([]);
  await pass(zone, 1500);
  expect(camera.endings).toMatchObject([{ code: 'claim-expired' }]);
});

test('a living camera keeps its place; a silent one, and one that is cut off, give it over', async () => {
  const { zone, camera } = filmed();
  const rival = new FakeCamera();
  const occupied = expect.objectContaining({ code: 'zone-occupied' }) as Error;
  await pass(zone, 5000, () => camera.send());
  expect(() => zone.whoYields(rival)).toThrow(occupied);
  expect(() => zone.claim(rival)).toThrow(occupied);
  await pass(zone, 1250);
  const yielding = zone.whoYields(rival);
  expect(yielding).toMatchObject({ holder: camera, reason: { code: 'zone-occupied' } });
  camera.send();
  await zone.look();
  expect(() => zone.whoYields(rival)).toThrow(occupied);
  camera.reachable = false;
  const lost = zone.whoYields(rival);
  if (lost) zone.makeRoom(lost);
  expect(camera.endings).toMatchObject([{ code: 'zone-occupied' }]);
  expect(zone.claim(rival)).toMatchObject({ camera: 'connecting' });
  expect(zone.isFilmedBy(rival)).toBe(true);
});

test('a camera that sleeps as told is not silent', async () => {
  const { zone, camera, viewer } = filmed();
  zone.leave(viewer);
  await pass(zone, 15_000);
  expect(camera.wanted).toEqual([null]);
  expect(() => zone.whoYields(new FakeCamera())).toThrow();
});

test('a device takes its own place with a later window, and never with an earlier one', () => {
  const { zone, camera } = filmed();
  camera.window = { device: 'gate', order: 2 };
  const window = (device: string, order: number) => ({ window: { device, order } });
  expect(zone.whoYields(window('gate', 3))?.reason.code).toBe('session-replaced');
  expect(() => zone.whoYields(window('gate', 1))).toThrow();
  expect(() => zone.whoYields(window('other', 3))).toThrow();
  expect(() => zone.whoYields({ window: undefined })).toThrow();
});

test('new masks are told to the camera, which has 4 s to confirm them', async () => {
  const { zone, camera } = filmed();
  keep(zone, masks);
  expect(camera.masks).toEqual([masks]);
  await pass(zone, 3000, () => camera.send());
  zone.confirmMasks(camera);
  await pass(zone, 10_000, () => camera.send());
  expect(camera.endings).toEqual([]);
  keep(zone, []);
  await pass(zone, 4000, () => camera.send());
  expect(camera.endings).toEqual([]);
  await pass(zone, 500, () => camera.send());
  expect(camera.endings).toEqual([undefined]);
  expect(zone.feed).toEqual([]);
});

test('a camera that cannot burn masks in, or cannot be told of them, films no longer', () => {
  const unable = filmed();
  unable.camera.canMask = false;
  keep(unable.zone, masks);
  expect(unable.camera.endings).toMatchObject([{ code: 'masks-required' }]);
  expect(unable.video.closed).toBe(true);
  const cut = filmed();
  cut.camera.reachable = false;
  keep(cut.zone, masks);
  expect(cut.camera.endings).toEqual([undefined]);
  expect(cut.video.closed).toBe(true);
});

test('what a camera has sent is not shown any longer where its masks are not sure, however it ends', async () => {
  for (const end of ['cannot', 'cannot be told', 'does not confirm', 'goes'] as const) {
    const { zone, camera, video } = filmed();
    const viewer = new FakeViewer();
    zone.join(viewer);
    if (end === 'cannot') camera.canMask = false;
    if (end === 'cannot be told') camera.reachable = false;
    keep(zone, masks);
    if (end === 'does not confirm') await pass(zone, 4500, () => camera.send());
    if (end === 'goes') zone.unpublish(camera, video.id);
    expect([end, viewer.blanked]).toEqual([end, [video.id]]);
  }
  const { zone, camera, video } = filmed();
  const viewer = new FakeViewer();
  zone.join(viewer);
  keep(zone, masks);
  zone.confirmMasks(camera);
  zone.end(camera);
  expect([viewer.retracted, viewer.blanked]).toEqual([[video.id], []]);
});

test('where there are masks, all layers are of one shape', () => {
  const cropped = () => fakeVideo(size(640, 480), size(1920, 1080));
  const before = filmed(cropped());
  keep(before.zone, masks);
  expect(before.camera.endings).toMatchObject([{ code: 'masks-required' }]);
  const after = filmed();
  keep(after.zone, masks);
  after.zone.confirmMasks(after.camera);
  const refused = expect.objectContaining({ code: 'masks-required' }) as Error;
  expect(() => after.zone.publish(after.camera, cropped(), 30)).toThrow(refused);
  expect(after.zone.feed).toEqual([after.video]);
  const same = fakeVideo(size(640, 360), size(1920, 1080));
  expect(() => after.zone.publish(after.camera, same, 30)).not.toThrow();
});

test('a camera sends what its viewers of every kind get, and nothing for those who would not receive it', async () => {
  const { zone, camera, viewer } = filmed();
  await pass(zone, 20_000, () => camera.send());
  expect(camera.wanted).toEqual([0]);
  const wall = new FakeViewer({ ...size(1280, 720), visible: true });
  wall.up = false;
  zone.join(wall);
  zone.refreshDemand();
  expect(camera.wanted).toEqual([0]);
  wall.up = true;
  zone.refreshDemand();
  expect(camera.wanted).toEqual([0, 2]);
  const recorder = new FakeViewer({ layer: 1 });
  zone.join(recorder);
  zone.leave(wall);
  zone.leave(viewer);
  await pass(zone, 3000, () => camera.send());
  expect(camera.wanted).toEqual([0, 2, 1]);
  zone.leave(recorder);
  await pass(zone, 3000);
  expect(camera.wanted).toEqual([0, 2, 1, null]);
});

test('a layer that a viewer still gets goes on, wanted or not', async () => {
  const { zone, camera, viewer } = filmed();
  await pass(zone, 20_000, () => camera.send());
  viewer.wants = { ...size(1280, 720), visible: true };
  zone.refreshDemand();
  viewer.needed = 2;
  viewer.wants = { ...size(320, 180), visible: true };
  zone.refreshDemand();
  await pass(zone, 5000, () => camera.send());
  expect(camera.wanted).toEqual([0, 2]);
  viewer.needed = 0;
  zone.refreshDemand();
  await pass(zone, 2500, () => camera.send());
  expect(camera.wanted).toEqual([0, 2, 0]);
});

test('a camera is judged by the real size of its layers', async () => {
  const { zone, camera, viewer } = filmed(fakeVideo(size(640, 360), size(1920, 1080)));
  viewer.wants = { ...size(640, 360), visible: true };
  zone.refreshDemand();
  await pass(zone, 12_000, () => camera.send());
  expect(camera.wanted).toEqual([0]);
  viewer.wants = { ...size(700, 394), visible: true };
  zone.refreshDemand();
  expect(camera.wanted).toEqual([0, 1]);
  expect(zone.isYoung(1, 2000)).toBe(true);
  expect(zone.isYoung(0, 2000)).toBe(false);
  await pass(zone, 2000, () => camera.send());
  expect(zone.isYoung(1, 2000)).toBe(false);
});

test('a camera that sends more than it may is ended in words; a lower limit is told, and it has 5 s to follow', async () => {
  const { zone, camera } = filmed();
  const send = (bitRate: number) => () => camera.send((bitRate * look) / 8000);
  await pass(zone, 20_000, send(7_900_000));
  expect(camera.endings).toEqual([]);
  zone.keep({ id: 'A-1', listed: false, notice: null, masks: [], maxBitrate: 1_000_000 });
  await pass(zone, 4500, send(7_900_000));
  expect(camera.limits).toEqual([1_000_000]);
  expect(camera.endings).toEqual([]);
  await pass(zone, 20_000, send(990_000));
  expect(camera.endings).toEqual([]);
  await pass(zone, 3000, send(3_000_000));
  expect(camera.endings).toMatchObject([
    { code: 'bit-rate-exceeded', excess: { most: 1_000_000 } },
  ]);
});

test('the lower limit of zone and camera holds, and the usual one where neither says anything', () => {
  const { zone, camera } = filmed();
  expect(zone.bitRateFor(camera)).toBe(8_000_000);
  camera.maxBitrate = 20_000_000;
  expect(zone.bitRateFor(camera)).toBe(20_000_000);
  zone.keep({ id: 'A-1', listed: false, notice: null, masks: [], maxBitrate: 2_000_000 });
  expect(zone.bitRateFor(camera)).toBe(2_000_000);
});

test('a track is offered to all viewers and taken back from all; whoever comes later finds it there', () => {
  const { zone, camera, viewer, video } = filmed();
  expect(viewer.offered).toEqual([video.id]);
  const later = new FakeViewer();
  zone.join(later);
  expect(later.offered).toEqual([]);
  expect(zone.feed).toEqual([video]);
  zone.unpublish(camera, video.id);
  expect([viewer.retracted, later.retracted]).toEqual([[video.id], [video.id]]);
  expect(zone.feed).toEqual([]);
  expect(video.closed).toBe(true);
});

test('those inside hear of the camera at once; it hears of itself by the answer to its claim', () => {
  const zone = fakeZones().at('A-1');
  const [camera, viewer] = [new FakeCamera(), new FakeViewer()];
  zone.join(viewer);
  expect(viewer.told).toEqual([]); // The number of viewers is told later, with others.
  zone.claim(camera);
  expect(viewer.told).toMatchObject([{ camera: 'connecting', label: 'gate', viewers: 1 }]);
  expect(camera.states).toEqual([]);
  zone.connected(camera);
  expect(camera.states).toEqual(['connected']);
  zone.disconnected(camera);
  expect(camera.states).toEqual(['connected', 'connecting']);
  zone.end(camera);
  expect(camera.states).toEqual(['connected', 'connecting']);
  expect(viewer.told.at(-1)).toMatchObject({ camera: 'idle', label: '' });
});

test('what is said for a camera that has lost its place does nothing', () => {
  const { zone, camera, viewer } = filmed();
  zone.end(camera);
  const next = new FakeCamera();
  zone.claim(next);
  const told = viewer.told.length;
  zone.connected(camera);
  zone.disconnected(camera);
  zone.end(camera);
  expect(viewer.told).toHaveLength(told);
  expect(() => zone.publish(camera, fakeVideo(), 30)).toThrow('lost its place');
  expect(zone.isFilmedBy(next)).toBe(true);
});

test('how old a picture is is told while it is fresh', async () => {
  const { zone, camera } = filmed();
  expect(zone.timing).toEqual({ camera: null, server: null });
  zone.tellTiming(camera, { encode: 6, pacing: 1, roundTrip: 3 });
  await pass(zone, 5000, () => camera.send());
  expect(zone.timing).toMatchObject({ camera: { encode: 6, pacing: 1, roundTrip: 3 }, server: 0 });
  await pass(zone, 1500, () => camera.send());
  expect(zone.timing.camera).toBeNull();
});
