/** The directory of zones: a zone is there while anybody or anything needs it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RefusedError } from '../../server/contract/errors.ts';
import { cameraStates, conventionalZoneId, ZoneId } from '../../server/contract/zone.ts';
import { nextCameraState, type CameraEvent } from '../../server/zones/camera-state.ts';
import { FakeCamera, fakeZones, FakeViewer } from '../support/fake-zone.ts';

test('a zone identifier is trimmed, upper-cased and kept to letters, digits and dashes', () => {
  expect(ZoneId.parse(' cbd-traffic-01 ')).toBe('CBD-TRAFFIC-01');
  for (const bad of ['', ' ', 'A B', 'Ä-1', 'A'.repeat(65), 7, null]) {
    expect(ZoneId.safeParse(bad).success).toBe(false);
  }
  expect(conventionalZoneId.test('CBD-TRAFFIC-01')).toBe(true);
  expect(conventionalZoneId.test('LOBBY')).toBe(false);
});

test('a zone is there while it has a camera or a viewer, or is listed', () => {
  const zones = fakeZones(['HALL-CAM-1']);
  const [camera, viewer] = [new FakeCamera(), new FakeViewer()];
  zones.at('A-1').join(viewer);
  zones.at('A-1').claim(camera);
  expect(zones.list().map(({ id }) => id)).toEqual(['A-1', 'HALL-CAM-1']);
  zones.at('A-1').leave(viewer);
  expect(zones.has('A-1')).toBe(true);
  zones.at('A-1').end(camera);
  expect(zones.has('A-1')).toBe(false);
  expect(zones.find('A-1')).toBeUndefined();
  expect(zones.has('HALL-CAM-1')).toBe(true);
});

test('what is kept of a zone that nobody is in is remembered, and shown to nobody', () => {
  const zones = fakeZones();
  const masks = [{ points: [0, 0.5, 1].map((x) => ({ x, y: x / 2 })) }];
  zones.keep({ id: 'A-1', listed: false, notice: null, masks });
  expect(zones.list()).toEqual([]);
  expect(zones.find('A-1')?.masks).toEqual(masks);
  zones.keep({ id: 'A-1', listed: false, notice: null, masks: [] });
  expect(zones.find('A-1')).toBeUndefined();
});

test('a second camera is refused and changes nothing; the same one may come back', async () => {
  const changes: string[] = [];
  const zones = fakeZones();
  zones.onChange = ({ summary }) => changes.push(summary.camera);
  const [first, second] = [new FakeCamera(), new FakeCamera()];
  const zone = zones.at('A-1');
  zone.claim(first);
  first.send();
  await zone.look();
  const before = changes.length;
  expect(() => zone.claim(second)).toThrowError(RefusedError);
  zone.end(second);
  expect(changes).toHaveLength(before);
  expect(second.endings).toEqual([]);
  expect(zone.claim(first).camera).toBe('streaming');
});

test('a camera that was told to rest, and sends nothing once it is wanted again, is stalled', () => {
  const after = (...events: CameraEvent[]) => events.reduce(nextCameraState, 'idle' as const);
  expect(after('claimed', 'transport-up', 'packets', 'rest', 'silence')).toBe('stalled');
  expect(after('claimed', 'transport-up', 'silence', 'packets')).toBe('streaming');
  expect(after('claimed', 'silence')).toBe('connecting');
});

test('joining twice counts once', () => {
  const zone = fakeZones().at('A-1');
  const viewer = new FakeViewer();
  zone.join(viewer);
  zone.join(viewer);
  expect(zone.summary.viewers).toBe(1);
});

test('a camera goes idle, connecting, connected, streaming, stalled and back', () => {
  const path: CameraEvent[] = ['claimed', 'transport-up', 'packets', 'silence', 'packets', 'gone'];
  let state: ReturnType<typeof nextCameraState> = 'idle';
  expect(path.map((event) => (state = nextCameraState(state, event)))).toEqual([
    'connecting',
    'connected',
    'streaming',
    'stalled',
    'streaming',
    'idle',
  ]);
});

test('no event leads out of the known states, and gone always ends', () => {
  const event = fc.constantFrom<CameraEvent>(
    'claimed',
    'transport-up',
    'transport-lost',
    'packets',
    'silence',
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const state = events.reduce(nextCameraState, 'idle' as const);
      expect(cameraStates).toContain(state);
      expect(nextCameraState(state, 'gone')).toBe('idle');
    }),
  );
});
