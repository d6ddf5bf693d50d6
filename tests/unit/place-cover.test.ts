/** When the picture of a camera that moves may be seen; what covers it is in `tests/gateway/`. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PlaceCover, placeTimes } from '../../gateway/places/place-cover.ts';
import type { Look } from '../../gateway/steering/steerable.ts';
import type { Masks, Position } from '../../server/contract/privacy.ts';

const maskAt = (x: number): Masks => [
  { points: [0, 0.1, 0.05].map((shift, index) => ({ x: x + shift, y: index / 10 })) },
];
const gate: Position = { pan: 0.5, tilt: 0, zoom: 0 };
const lane: Position = { pan: -0.5, tilt: 0.2, zoom: 0.5 };
const everywhere = maskAt(0);
const presetMasks = [
  { preset: 'gate', name: 'Gate', position: gate, masks: maskAt(0.2) },
  { preset: 'lane', name: 'Lane', position: lane, masks: [] },
];
const hidden = { masks: everywhere, presetMasks };
const stands = (position?: Position): Look => ({ moving: false, position });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function begun(given: Parameters<PlaceCover['set']>[0] = hidden) {
  const cover = new PlaceCover(() => {});
  cover.tellMoves(true);
  cover.tellPresets(['gate', 'lane', 'other']);
  cover.set(given);
  /** So many looks, one after the other. */
  const look = (seen: Look | undefined, times = 1): void => {
    for (let count = 0; count < times; count += 1) {
      vi.advanceTimersByTime(placeTimes.every);
      cover.saw(seen);
    }
  };
  return { cover, look };
}

function standing() {
  const camera = begun();
  camera.look(stands(gate), 2);
  return camera;
}

test('nothing is seen before it is known where the camera stands, and then with the masks of that place', () => {
  const { cover, look } = begun();
  expect([cover.covered, cover.until]).toEqual(['unknown-place', Infinity]);
  look(stands(gate));
  expect(cover.covered).toBe('unknown-place');
  const stood = performance.now();
  look(stands(gate));
  expect(cover.covered).toBeUndefined();
  expect(cover.masks).toEqual([...everywhere, ...maskAt(0.2)]);
  // What was taken before it stood may still be on its way.
  expect(cover.until).toBe(stood + placeTimes.pipeline);
});

test('a camera that does not move, or hides nothing, is not covered', () => {
  const { cover } = begun({ masks: [] });
  expect([cover.coverable, cover.covered]).toEqual([false, undefined]);
  const fixed = new PlaceCover(() => {}, false);
  fixed.set({ masks: everywhere });
  expect([fixed.coverable, fixed.covered, fixed.masks]).toEqual([false, undefined, everywhere]);
  // Its masks belong to places of which it has none.
  fixed.set(hidden);
  expect(fixed.covered).toBe('unknown-place');
  const unknown = new PlaceCover(() => {});
  unknown.set({ masks: everywhere });
  expect(unknown.covered).toBe('unknown-place');
  unknown.tellMoves(false);
  expect(unknown.covered).toBeUndefined();
});

test('it is covered at once before a move, and not seen again where it stood while the move may just begin', () => {
  const { cover, look } = standing();
  cover.beforeMove({ kind: 'stop' });
  expect(cover.covered).toBeUndefined();
  cover.beforeMove({ kind: 'preset', preset: 'lane' });
  expect([cover.covered, cover.until]).toEqual(['moving', Infinity]);
  look(stands(gate), 5);
  expect(cover.covered).toBe('moving');
  look({ moving: true, position: { pan: 0, tilt: 0, zoom: 0 } });
  look(stands(lane), 2);
  // The first of them may have been on its way through.
  expect(cover.covered).toBe('moving');
  look(stands(lane));
  expect(cover.covered).toBeUndefined();
  expect(cover.masks).toEqual(everywhere);
});

test('moves that nobody asked for, and places that are none of the presets, are covered', () => {
  const { cover, look } = standing();
  look({ moving: true, position: gate });
  expect(cover.covered).toBe('moving');
  look(stands(gate), 2);
  expect(cover.covered).toBeUndefined();
  // Between two looks, and it says that it stands.
  look(stands({ ...gate, pan: 0.45 }));
  expect(cover.covered).toBe('moving');
  look(stands({ ...gate, pan: 0.45 }), 20);
  expect(cover.covered).toBe('unknown-place');
  look(stands({ ...gate, zoom: 0.1 }), 20);
  expect(cover.covered).toBe('unknown-place');
});

test('a preset that is gone at the camera, or stands elsewhere now, has no masks', () => {
  const { cover, look } = standing();
  cover.tellPresets(['lane']);
  expect(cover.covered).toBe('unknown-place');
  look(stands(gate), 20);
  expect(cover.covered).toBe('unknown-place');
  cover.tellPresets(['gate', 'lane']);
  look(stands(gate), 2);
  expect(cover.covered).toBeUndefined();
  cover.beforeMove({ kind: 'preset', preset: 'gate' });
  look(stands({ ...gate, pan: 0.7 }), 40);
  expect(cover.covered).toBe('unknown-place');
});

test('a camera that says nothing any more is covered, until it is seen twice again', () => {
  const { cover, look } = standing();
  look(undefined, 3);
  expect(cover.covered).toBeUndefined();
  vi.advanceTimersByTime(placeTimes.stale);
  expect(cover.covered).toBe('unknown-place');
  look(stands(gate), 2);
  expect(cover.covered).toBeUndefined();
});

test('other masks of the place hold at once; without any it is covered', () => {
  const { cover, look } = standing();
  const [first, second] = presetMasks;
  if (!first || !second) throw new Error('there are two');
  cover.set({ ...hidden, presetMasks: [{ ...first, masks: maskAt(0.7) }, second] });
  expect([cover.covered, cover.masks]).toEqual([undefined, [...everywhere, ...maskAt(0.7)]]);
  cover.set({ ...hidden, presetMasks: [second] });
  expect([cover.covered, cover.until]).toEqual(['unknown-place', Infinity]);
  cover.set(hidden);
  look(stands(gate), 2);
  expect(cover.covered).toBeUndefined();
  // As a preset is given other places by whoever draws its masks.
  cover.set({ ...hidden, presetMasks: [{ ...first, position: lane }] });
  expect(cover.covered).toBe('unknown-place');
});

test('without positions it stands where it was sent, after a while, until it moves or is saved anew', () => {
  const { cover, look } = begun({
    masks: everywhere,
    presetMasks: [{ preset: 'gate', name: 'Gate', masks: maskAt(0.2) }],
  });
  look(stands(), 20);
  expect(cover.covered).toBe('unknown-place');
  const send = (): void => cover.beforeMove({ kind: 'preset', preset: 'gate' });
  send();
  look({ moving: true }, 3);
  look(stands(), 3);
  expect(cover.covered).toBe('moving');
  look(stands(), 8);
  expect(cover.covered).toBeUndefined();
  // Somebody else turns it, and nobody knows where to.
  look({ moving: true });
  look(stands(), 40);
  expect(cover.covered).toBe('unknown-place');
  send();
  look(stands(), 20);
  expect(cover.covered).toBeUndefined();
  cover.presetChanged('gate');
  look(stands(), 40);
  expect(cover.covered).toBe('unknown-place');
  // It tells nothing at all.
  send();
  look({}, 20);
  expect(cover.covered).not.toBeUndefined();
  look({}, 8);
  expect(cover.covered).toBeUndefined();
});
