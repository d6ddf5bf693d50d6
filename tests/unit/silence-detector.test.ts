import { expect, test } from 'vitest';
import { SilenceDetector, type Verdict } from '../../server/contract/silence-detector.ts';

interface Feed {
  /** Whether a packet comes at this moment; ms. */
  comes: (at: number) => boolean;
  /** Whether what was sent should have been answered since the last packet. */
  due?: (at: number) => boolean;
  until: number;
}

/** Plays a feed, looking when the detector asks for it. @returns what it said that was not `well`, and when */
function verdicts({ comes, due = () => true, until }: Feed): [at: number, Verdict][] {
  const detector = new SilenceDetector();
  const said: [number, Verdict][] = [];
  let last: number | undefined;
  let look = 0;
  for (let now = 0; now <= until; now += 1) {
    if (comes(now)) last = now;
    if (now < look) continue;
    const verdict = detector.look({ now, last, due: due(now) });
    if (verdict !== 'well') said.push([now, verdict]);
    look = now + Math.max(1, detector.next);
  }
  return said;
}

const every = (interval: number) => (at: number) => at % interval === 0;
const silences = (feed: Feed): number[] =>
  verdicts(feed).flatMap(([at, verdict]) => (verdict === 'silent' ? at : []));

test('silence after a steady flow is told 700 ms after the last packet, and once', () => {
  const stops = 20_000;
  const said = silences({ comes: (at) => every(33)(at) && at < stops, until: stops + 60_000 });
  expect(said).toHaveLength(1);
  expect(said[0]).toBeGreaterThanOrEqual(stops - 33 + 700);
  expect(said[0]).toBeLessThanOrEqual(stops + 705);
});

test('packets are called late half a silence earlier, so that the server can be asked meanwhile', () => {
  const stops = 20_000;
  const [first] = verdicts({ comes: (at) => every(33)(at) && at < stops, until: stops + 600 });
  expect(first?.[1]).toBe('late');
  expect(first?.[0]).toBeLessThanOrEqual(stops + 355);
});

test('feedback each 100 ms, as a camera gets it, is a steady flow', () => {
  expect(silences({ comes: (at) => every(100)(at) && at < 9000, until: 20_000 })).toHaveLength(1);
});

test.each([250, 400, 1000, 5000])(
  'ten minutes of a packet each %i ms are no silence',
  (interval) => {
    expect(silences({ comes: every(interval), until: 600_000 })).toEqual([]);
  },
);

test('a frame a second in a burst of packets is no silence', () => {
  expect(silences({ comes: (at) => at % 1000 < 150, until: 600_000 })).toEqual([]);
});

test('ten minutes without any packet are no silence', () => {
  expect(silences({ comes: () => false, until: 600_000 })).toEqual([]);
});

test('a flow that goes to rest is not silent: nothing is due any more', () => {
  const rests = 20_000;
  const comes = (at: number): boolean => every(33)(at) && at < rests;
  expect(silences({ comes, due: (at) => at < rests, until: 600_000 })).toEqual([]);
});

test('pauses of half a second are borne', () => {
  expect(silences({ comes: (at) => every(33)(at) && at % 10_000 > 500, until: 600_000 })).toEqual(
    [],
  );
});

test('packets that only just began to come are not missed yet', () => {
  expect(silences({ comes: (at) => every(33)(at) && at < 2000, until: 60_000 })).toEqual([]);
});

test('a single late packet does not make a flow unsteady', () => {
  const comes = (at: number): boolean =>
    every(33)(at) && (at < 15_000 || at > 15_400) && at < 20_000;
  expect(silences({ comes, until: 30_000 })).toHaveLength(1);
});

test('after a silence, packets have to come steadily before they are missed again', () => {
  const comes = (at: number): boolean =>
    every(33)(at) && (at < 10_000 || (at > 12_000 && at < 14_000) || (at > 20_000 && at < 30_000));
  expect(silences({ comes, until: 60_000 })).toHaveLength(2);
});

test('a flow that is young, or stutters, is missed too, only later', () => {
  const young = (at: number): boolean => every(33)(at) && at < 2600;
  expect(silences({ comes: young, until: 60_000 })).toHaveLength(1);
  const stops = 20_000;
  const stutters = (at: number): boolean => every(33)(at) && at % 1000 > 400 && at < stops;
  const [silent = Infinity, ...more] = silences({ comes: stutters, until: 60_000 });
  expect(more).toEqual([]);
  expect(silent).toBeGreaterThan(stops + 700);
  expect(silent).toBeLessThan(stops + 1500);
});

test('a camera is asked for feedback from when it has sent more, and its silence is told all the same', () => {
  const stops = 20_000;
  const feedback = (at: number): boolean => every(100)(at) && at < stops;
  // Frames go on; at a look just after feedback nothing is due yet.
  const due = (at: number): boolean => at >= stops || at % 100 > 40;
  expect(silences({ comes: feedback, due, until: 60_000 })).toHaveLength(1);
});

test('a camera of one frame a second is missed after three of them', () => {
  const stops = 20_000;
  const comes = (at: number): boolean => at % 1000 < 20 && at < stops;
  const [silent = Infinity] = silences({ comes, until: 60_000 });
  expect(silent).toBeGreaterThan(stops + 1500);
  expect(silent).toBeLessThan(stops + 3600);
});

test('what is sent after a pause has time to be answered', () => {
  // Feedback comes 100 ms after a frame, and a frame after a second without any.
  const pause = (at: number): boolean => at >= 20_000 && at < 21_000;
  const comes = (at: number): boolean => every(33)(at) && !pause(at - 100);
  const due = (at: number): boolean => !pause(at) || at > 20_990;
  expect(verdicts({ comes, due, until: 60_000 }).map(([, verdict]) => verdict)).not.toContain(
    'silent',
  );
});

test('ten minutes of a camera that stutters worse than its frame rate are no silence', () => {
  for (const rate of [1, 2, 5, 10, 30]) {
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const moments = new Set<number>();
    for (let at = 0; at < 600_000; at += (0.5 + random()) * (1000 / rate)) {
      moments.add(Math.round(at));
    }
    expect(silences({ comes: (at) => moments.has(at), until: 590_000 })).toEqual([]);
  }
});
