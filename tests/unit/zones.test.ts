import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RefusedError } from '../../server/contract/errors.ts';
import { cameraStates, conventionalZoneId, ZoneId } from '../../server/contract/zone.ts';
import { nextCameraState, type CameraEvent } from '../../server/zones/camera-state.ts';
import { ZoneRegistry } from '../../server/zones/registry.ts';

test('a zone identifier is trimmed, upper-cased and kept to letters, digits and dashes', () => {
  expect(ZoneId.parse(' cbd-traffic-01 ')).toBe('CBD-TRAFFIC-01');
  for (const bad of ['', ' ', 'A B', 'Ä-1', 'A'.repeat(65), 7, null]) {
    expect(ZoneId.safeParse(bad).success).toBe(false);
  }
  expect(conventionalZoneId.test('CBD-TRAFFIC-01')).toBe(true);
  expect(conventionalZoneId.test('LOBBY')).toBe(false);
});

test('a zone is there while it has a camera or a watcher, or is configured', () => {
  const zones = new ZoneRegistry(['HALL-CAM-1'], () => {});
  zones.join('A-1', 'watcher');
  zones.claim('A-1', 'camera', 'gate');
  expect(zones.list().map(({ id }) => id)).toEqual(['A-1', 'HALL-CAM-1']);
  zones.leave('A-1', 'watcher');
  expect(zones.has('A-1')).toBe(true);
  zones.camera('A-1', 'camera', 'gone');
  expect(zones.has('A-1')).toBe(false);
  expect(zones.has('HALL-CAM-1')).toBe(true);
});

test('a second camera is refused and changes nothing; the same one may come back', () => {
  const changes: string[] = [];
  const zones = new ZoneRegistry([], ({ camera }) => changes.push(camera));
  zones.claim('A-1', 'first', 'gate');
  zones.camera('A-1', 'first', 'packets');
  const before = changes.length;
  expect(() => zones.claim('A-1', 'second', 'other')).toThrowError(RefusedError);
  zones.camera('A-1', 'second', 'gone');
  expect(changes).toHaveLength(before);
  expect(zones.claim('A-1', 'first', 'gate').camera).toBe('streaming');
});

test('joining twice counts once', () => {
  const zones = new ZoneRegistry([], () => {});
  zones.join('A-1', 'w');
  expect(zones.join('A-1', 'w').viewers).toBe(1);
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
