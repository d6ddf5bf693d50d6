/** Whoever has not shown the credentials of a transport holds up nobody who has, in a worker that strangers flood. */
import { expect } from 'vitest';
import { testWith } from '../support/prerequisites.ts';
import { workerPart } from '../support/worker-part.ts';

interface Told {
  readonly frames: number;
  readonly whole: number;
  /** The longest that a frame waited and was sent, ms of the model. */
  readonly longest: number;
  /** Of a viewer who only just comes. */
  readonly tries: number;
  readonly joins: number;
}

const libraries = ['libuv'];
const test = testWith(['g++', 'pkg-config'], { libraries });
const flood = workerPart<Told>('strangers', { libraries, wrapped: [] });

test('50 ports of junk, 250 datagrams a ms: a camera with 299 viewers waits no longer than its own sending takes', () => {
  const { frames, whole, longest, tries, joins } = flood('known');
  expect(frames).toBeGreaterThan(10);
  expect(whole).toBe(frames);
  expect(longest).toBeLessThan(10); // A frame of 3 packets is 900 datagrams, 3.6 ms.
  // Who is a stranger since he only just comes has no more than his share of their line, and gets in by trying again.
  expect(joins).toBeGreaterThan(tries / 2);
});

test('where each address is a sender of its own, the same flood makes it wait for seconds', () => {
  const { frames, longest } = flood('unknown');
  expect(frames).toBeGreaterThan(10);
  expect(longest).toBeGreaterThan(1000);
});
