/** Steering on the page: keys, what is held, places in the picture, and what is sent for it. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RefusedError } from '../../server/contract/errors.ts';
import type { Steering } from '../../server/contract/steering.ts';
import { Steerer } from '../../web/lib/session/steerer.ts';
import { Held, speeds } from '../../web/lib/steering/held.ts';
import { beginsSteering, nameOf, steeringKey } from '../../web/lib/steering/keys.ts';
import { meantBy, placeOf, pointIn } from '../../web/lib/steering/picture-place.ts';
import { intentOf } from '../../web/lib/wall/keys.ts';

const plain = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false };

test.each([
  ['ArrowLeft', { kind: 'hold', directions: ['left'] }],
  ['+', { kind: 'hold', directions: ['in'] }],
  ['=', { kind: 'hold', directions: ['in'] }],
  ['-', { kind: 'hold', directions: ['out'] }],
  ['H', { kind: 'home' }],
  ['9', { kind: 'preset', index: 8 }],
  ['Escape', { kind: 'leave' }],
  ['0', undefined],
  ['f', undefined],
])('while steering, %s means %o', (key, meaning) => {
  expect(steeringKey({ ...plain, key })).toEqual(meaning);
});

test('keys of the browser mean nothing to the camera', () => {
  for (const modifier of ['ctrlKey', 'altKey', 'metaKey']) {
    const event = { ...plain, [modifier]: true };
    expect(steeringKey({ ...event, key: 'ArrowLeft' })).toBeUndefined();
    expect(beginsSteering({ ...event, key: 'p' })).toBe(false);
  }
});

test('the key that begins steering is one key of the wall, and means nothing else there', () => {
  expect(beginsSteering({ ...plain, key: 'P' })).toBe(true);
  expect(intentOf({ ...plain, key: 'p' })).toEqual({ kind: 'steer' });
});

test('a key is the same one when Shift has changed what it writes', () => {
  expect(nameOf({ code: 'Equal', key: '+' })).toBe(nameOf({ code: 'Equal', key: '=' }));
  expect(nameOf({ code: '', key: '+' })).toBe('+');
});

test('what is held adds up, opposites cancel out, and what is released counts no more', () => {
  const held = new Held();
  const { usual, slow } = speeds;
  held.press('ArrowLeft', ['left']);
  expect(held.velocity).toEqual({ pan: -usual, tilt: 0, zoom: 0 });
  held.press('pointer 1', ['up', 'left']);
  expect(held.velocity).toEqual({ pan: -usual, tilt: usual, zoom: 0 });
  held.press('ArrowRight', ['right']);
  expect(held.velocity).toEqual({ pan: 0, tilt: usual, zoom: 0 });
  held.slow = true;
  expect(held.release('ArrowRight')).toBe(true);
  expect(held.release('pointer 1')).toBe(true);
  expect(held.velocity).toEqual({ pan: -slow, tilt: 0, zoom: 0 });
  expect(held.release('ArrowUp')).toBe(false);
  held.clear();
  expect(held.any).toBe(false);
});

const box = { left: 100, top: 50, width: 1000, height: 1000 };
const wide = { width: 1600, height: 900 };
const contain = { fit: 'contain', position: '50% 50%' };

test.each([
  ['contain', '50% 50%', { left: 100, top: 268.75, width: 1000, height: 562.5 }],
  ['contain', '50% 0%', { left: 100, top: 50, width: 1000, height: 562.5 }],
  ['contain', '0px 10px', { left: 100, top: 60, width: 1000, height: 562.5 }],
  ['cover', '50% 50%', { left: 100 - 388.889, top: 50, width: 1777.778, height: 1000 }],
  ['fill', '50% 50%', box],
  ['none', '0% 0%', { left: 100, top: 50, ...wide }],
  ['scale-down', '50% 50%', { left: 100, top: 268.75, width: 1000, height: 562.5 }],
])('a picture with object-fit %s at %s is where it is seen', (fit, position, place) => {
  const found = placeOf(box, wide, { fit, position });
  for (const [side, at] of Object.entries(place)) {
    expect(found[side as keyof typeof found], side).toBeCloseTo(at, 2);
  }
});

test('a click in the picture centres there, and one beside it does nothing', () => {
  const place = placeOf(box, wide, contain);
  expect(meantBy(place, { x: 350, y: 550 }, { x: 352, y: 549 })).toEqual({
    kind: 'centre',
    x: 0.25,
    y: 0.5,
  });
  expect(meantBy(place, { x: 350, y: 100 }, { x: 350, y: 100 })).toBeUndefined();
});

test('a rectangle is zoomed into as far as it lies in the picture, whichever way it was drawn', () => {
  const place = placeOf(box, wide, contain);
  const corners = [
    { x: 100, y: 60 },
    { x: 600, y: 550 },
  ] as const;
  const area = { kind: 'area', x: 0, y: 0, width: 0.5, height: 0.5 };
  expect(meantBy(place, corners[0], corners[1])).toEqual(area);
  expect(meantBy(place, corners[1], corners[0])).toEqual(area);
  // Beside the picture, or no rectangle at all.
  expect(meantBy(place, { x: 100, y: 60 }, { x: 600, y: 200 })).toBeUndefined();
  expect(meantBy(place, { x: 100, y: 550 }, { x: 600, y: 552 })).toBeUndefined();
});

test('whatever the pointer does, no place outside of the picture is meant', () => {
  const pixel = fc.integer({ min: -500, max: 2500 });
  const point = fc.record({ x: pixel, y: pixel });
  const place = placeOf(box, wide, contain);
  fc.assert(
    fc.property(point, point, (from, to) => {
      const move = meantBy(place, from, to);
      if (!move) return;
      const { x, y } = move;
      const { width, height } = move.kind === 'area' ? move : { width: 0, height: 0 };
      for (const share of [x, y, width, height, x + width, y + height]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1 + 1e-9);
      }
      expect(pointIn(place, from) ?? move.kind).toBeDefined();
    }),
  );
});

const left = { pan: -0.6, tilt: 0, zoom: 0 };
const abilities: Steering['abilities'] = {
  continuous: true,
  relative: true,
  absolute: true,
  zoom: true,
  home: true,
  presets: 10,
};

/** A steerer, and what it sends to a server that answers at once unless told otherwise. */
function steering(can = abilities) {
  const sent: { event: string; number?: number; move?: unknown; zone: string }[] = [];
  const state = { up: true, answer: (): Promise<unknown> => Promise.resolve({}) };
  const camera = { steering: { abilities: can } as Steering, moveRefusal: '' };
  const steerer = new Steerer(
    {
      get up() {
        return state.up;
      },
      signaling: {
        request: (event: string, request: object) => {
          sent.push({ event, ...(request as { zone: string }) });
          return state.answer() as never;
        },
      },
    },
    () => camera,
  );
  const moves = (): unknown[] => sent.flatMap(({ move }) => (move ? [move] : []));
  return { steerer, sent, moves, state, camera };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is held is said at once and each 300 ms, and a stop at once, with numbers that rise', async () => {
  const { steerer, sent, moves } = steering();
  steerer.hold('A-1', left);
  expect(moves()).toEqual([{ kind: 'continuous', ...left }]);
  await vi.advanceTimersByTimeAsync(900);
  expect(moves()).toHaveLength(4);
  steerer.stop();
  expect(moves().at(-1)).toEqual({ kind: 'stop' });
  await vi.advanceTimersByTimeAsync(2000);
  expect(moves()).toHaveLength(5);
  const numbers = sent.map(({ number }) => number ?? 0);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

test('a change of direction is said at once', async () => {
  const { steerer, moves } = steering();
  steerer.hold('A-1', left);
  await vi.advanceTimersByTimeAsync(100);
  steerer.hold('A-1', { ...left, tilt: 0.6 });
  expect(moves().at(-1)).toEqual({ kind: 'continuous', ...left, tilt: 0.6 });
  steerer.hold('A-1', { pan: 0, tilt: 0, zoom: 0 });
  expect(moves().at(-1)).toEqual({ kind: 'stop' });
});

test('nothing moves by itself after the connection was lost, however soon it is back', async () => {
  const { steerer, moves, state, camera } = steering();
  steerer.hold('A-1', left);
  state.up = false;
  steerer.lost();
  state.up = true;
  await vi.advanceTimersByTimeAsync(2000);
  expect(moves()).toHaveLength(1);
  expect(camera.moveRefusal).toContain('Press again');
  steerer.hold('A-1', left);
  expect(moves()).toHaveLength(2);
});

test('nothing waits for a server that is gone, to be done when it is back', async () => {
  const { steerer, sent, state, camera } = steering();
  state.up = false;
  steerer.hold('A-1', left);
  steerer.move('A-1', { kind: 'home' });
  steerer.release('A-1');
  await expect(steerer.changePresets('A-1', { kind: 'save', name: 'Gate' })).rejects.toThrow();
  expect(sent).toEqual([]);
  steerer.move('A-1', { kind: 'home' });
  expect(camera.moveRefusal).toContain('The server is gone');
});

test('a server that does not answer is told no more, and the person is', async () => {
  const { steerer, moves, state, camera } = steering();
  state.answer = () => new Promise(() => {});
  steerer.hold('A-1', left);
  await vi.advanceTimersByTimeAsync(5000);
  expect(moves().length).toBeLessThan(10);
  expect(moves().at(-1)).toEqual({ kind: 'stop' });
  expect(camera.moveRefusal).toContain('does not answer');
});

test('what is refused is not said again and again, and why is told until something moves', async () => {
  const { steerer, moves, state, camera } = steering();
  state.answer = () => Promise.reject(new RefusedError('hand-taken', 'Anna steers this camera.'));
  steerer.hold('A-1', left);
  await vi.advanceTimersByTimeAsync(2000);
  expect(moves()).toEqual([{ kind: 'continuous', ...left }, { kind: 'stop' }]);
  expect(camera.moveRefusal).toBe('Anna steers this camera.');
  state.answer = () => Promise.resolve({});
  steerer.move('A-1', { kind: 'home' });
  await vi.advanceTimersByTimeAsync(0);
  expect(camera.moveRefusal).toBe('');
});

test('a key whose release was lost moves a camera for a minute at most', async () => {
  const { steerer, moves, camera } = steering();
  steerer.hold('A-1', left);
  await vi.advanceTimersByTimeAsync(70_000);
  expect(moves().at(-1)).toEqual({ kind: 'stop' });
  expect(camera.moveRefusal).toContain('after a minute');
});

test('one camera at a time: holding another one stops the first', () => {
  const { steerer, sent } = steering();
  steerer.hold('A-1', left);
  steerer.hold('B-2', left);
  expect(sent.map(({ zone, move }) => [zone, (move as { kind: string }).kind])).toEqual([
    ['A-1', 'continuous'],
    ['A-1', 'stop'],
    ['B-2', 'continuous'],
  ]);
});

test('the camera is let go of once, and only where it was moved', () => {
  const { steerer, sent } = steering();
  steerer.release('A-1');
  steerer.hold('A-1', left);
  steerer.release('A-1');
  steerer.release('A-1');
  expect(sent.map(({ event }) => event)).toEqual(['steer', 'steer', 'steer:release']);
});

test('a camera that knows no velocity goes by small distances for as long as it is held', async () => {
  const { steerer, moves } = steering({ ...abilities, continuous: false });
  steerer.hold('A-1', left);
  await vi.advanceTimersByTimeAsync(300);
  const [first, second] = moves() as { kind: string; pan: number }[];
  expect(first?.kind).toBe('relative');
  expect(first?.pan).toBeCloseTo(-0.06);
  expect(second).toEqual(first);
});
