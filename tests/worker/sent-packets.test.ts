/** What the media worker knows of packets that are told to be lost, compiled and asked by itself. */
import { expect } from 'vitest';
import { testWith } from '../support/prerequisites.ts';
import { workerPart } from '../support/worker-part.ts';

/** As in `tests/support/sent-packets.cpp`. */
interface Told {
  readonly right: number;
  readonly wrong: number;
  readonly twice: number;
  readonly late: number;
  readonly unknown: number;
  readonly former: number;
  readonly resent: number;
}

const test = testWith(['g++', 'pkg-config'], { libraries: [] });
const tell = workerPart<Told>('sent-packets', { libraries: [], wrapped: [] });

test('it finds each packet that was lost, once, and none that was not sent, or not lately', () => {
  const { right, ...others } = tell();
  expect(right).toBe(14_950); // each tenth but the last 500
  expect(others).toMatchObject({ wrong: 0, twice: 0, late: 0, unknown: 0, former: 0 });
});

test('a viewer who tells that all is lost, again and again, gets a quarter more than was new', () => {
  expect(tell().resent).toBeLessThanOrEqual(20 + 250);
  expect(tell().resent).toBeGreaterThan(250);
});
