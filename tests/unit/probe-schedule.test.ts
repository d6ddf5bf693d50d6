/** Probing must find a wide link soon, and not disturb a narrow one. */
import { expect, test } from 'vitest';
import { ProbeSchedule } from '../../server/media/probe-schedule.ts';

/** A link as the congestion control sees it: a try that it carries becomes the estimate. */
class Link {
  readonly tries: { at: number; rate: number }[] = [];
  estimate: number;
  layers = 1;
  readonly #schedule = new ProbeSchedule(0);
  #now = 0;

  constructor(estimate: number) {
    this.estimate = estimate;
  }

  /** Looks each half second for so long. @param carries what gets through, bit/s */
  play(time: number, carries: number, starved = (): boolean => true): void {
    for (const until = this.#now + time; this.#now < until; this.#now += 500) {
      const { estimate, layers } = this;
      const rate = this.#schedule.look({ now: this.#now, estimate, layers, starved: starved() });
      if (rate === undefined) continue;
      this.tries.push({ at: this.#now, rate });
      this.estimate = Math.min(rate, carries);
    }
  }
}

test('a link that is wide again is found out in a few seconds, by doubling', () => {
  const link = new Link(80_000);
  link.play(5000, 10_000_000, () => link.estimate < 2_000_000);
  expect(link.tries.map(({ rate }) => rate)).toEqual([
    160_000, 320_000, 640_000, 1_280_000, 2_560_000,
  ]);
  expect(link.tries.at(-1)?.at).toBeLessThanOrEqual(3500);
});

test('nothing is tried while all that is wanted is sent', () => {
  const link = new Link(80_000);
  link.play(60_000, 10_000_000, () => false);
  expect(link.tries).toEqual([]);
});

test('nothing is tried while the estimate falls', () => {
  const link = new Link(3_000_000);
  for (let look = 0; look < 10; look += 1) {
    link.play(500, 0);
    link.estimate *= 0.8;
  }
  expect(link.tries).toEqual([]);
});

test('tries that come to nothing become rare, but not so rare that a wide link is missed for long', () => {
  const link = new Link(250_000);
  link.play(60_000, 300_000);
  const gaps = link.tries.slice(1).map(({ at }, index) => at - (link.tries[index]?.at ?? 0));
  expect(Math.min(...gaps.slice(-5))).toBeGreaterThanOrEqual(4000);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(6000);
});

test('what is left of a try that was too high is gone on from at once', () => {
  const link = new Link(100_000);
  link.play(3000, 10_000_000);
  expect(link.estimate).toBe(1_600_000);
  link.estimate = 600_000;
  const { length } = link.tries;
  link.play(2000, 10_000_000);
  expect(link.tries.length).toBeGreaterThan(length);
});

test('a layer that is lost soon after it was switched to makes tries rarer, up to half a minute', () => {
  const link = new Link(250_000);
  for (let time = 0; time < 300_000; time += 500) {
    const { length } = link.tries;
    link.play(500, 10_000_000);
    if (link.tries.length > length) {
      link.layers = 2;
      link.play(1000, 10_000_000);
      link.layers = 1;
      link.estimate = 250_000;
    }
  }
  const late = link.tries.filter(({ at }) => at > 150_000);
  expect(late.length).toBeGreaterThan(2);
  expect(late.length).toBeLessThan(8);
});

test('after a layer was switched to, it is given time to show whether it fits', () => {
  const link = new Link(100_000);
  link.play(1500, 10_000_000);
  link.layers = 2;
  const { length } = link.tries;
  link.play(1000, 10_000_000);
  expect(link.tries).toHaveLength(length);
});
