/** What the media worker keeps for newcomers of cameras that make no key picture when asked, compiled and tried by itself. */
import { expect } from 'vitest';
import { testWith } from '../support/prerequisites.ts';
import { workerPart } from '../support/worker-part.ts';

/** As in `tests/support/replay.cpp`. */
interface Told {
  readonly begun: number;
  readonly ended: number;
  readonly gaps: number;
  readonly backwards: number;
  readonly torn: number;
  readonly old: number;
  readonly off: number;
  readonly left: number;
  readonly wrong: number;
  readonly starves: number;
  readonly wideMs: number;
  readonly narrowMs: number;
  readonly narrowQueueMs: number;
}

const test = testWith(['g++', 'pkg-config'], { libraries: [] });
const tell = workerPart<Told>('replay', { libraries: [], wrapped: [] });

test('a newcomer is shown all from the last key picture on, in order, as if it were made now, and then live', () => {
  const { begun, ended, gaps, backwards, torn, old, off } = tell();
  expect(begun).toBeGreaterThan(500);
  expect(ended).toBeGreaterThan(begun - 20); // the last of them are in the midst of it
  expect({ gaps, backwards, torn, old, off }).toEqual({
    ...{ gaps: 0, backwards: 0, torn: 0, old: 0, off: 0 },
  });
});

test('nobody is shown what is torn, not live any more, forgotten, or too long to be kept', () => {
  expect(tell()).toMatchObject({ wrong: 0, left: 0 });
});

test('a burst fills a wide link within half a second, and neither a narrow one nor one with other pictures', () => {
  const { starves, wideMs, narrowMs, narrowQueueMs } = tell();
  expect(starves).toBe(0);
  expect(wideMs).toBeLessThan(500); // 2 MB, over 1 Gbit/s
  expect(narrowMs).toBeLessThan(2000); // 0.5 MB, over 2 Mbit/s
  expect(narrowQueueMs).toBeLessThan(1000);
});
