/** Whose a packet is that says nothing but its payload type, compiled and asked by itself. */
import { expect } from 'vitest';
import { testWith } from '../support/prerequisites.ts';
import { workerPart } from '../support/worker-part.ts';

const test = testWith(['g++', 'pkg-config'], { libraries: [] });
const tell = workerPart<(string | null)[]>('payload-types', { libraries: [], wrapped: [] });

test('a payload type that one track alone has tells its packets', () => {
  expect(tell('+A96', '+A97', '+B111', '?96', '?97', '?111', '?98')).toEqual(['A', 'A', 'B', null]);
});

test('one that two tracks have tells nothing, whichever of them would need it', () => {
  expect(tell('+A96', '+B96', '?96')).toEqual([null]);
  expect(tell('+A96', '=B96', '?96')).toEqual([null]);
});

test('a track whose packets are told otherwise gets none by it', () => {
  expect(tell('=A96', '?96')).toEqual([null]);
});

test('with a track its payload types go, and leave the others theirs', () => {
  expect(tell('+A96', '+B96', '+A97', '-A', '?96', '?97')).toEqual(['B', null]);
});

test('what is no payload type is in bounds', () => {
  expect(tell('+A127', '?127', '?128', '?255')).toEqual(['A', null, 'A']);
});
