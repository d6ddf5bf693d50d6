/** A tour: each stop in its time, one of several pages page by page. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Arrangement } from '../../web/lib/wall/arrangement.svelte.ts';
import { Tour, wholeWall } from '../../web/lib/wall/tour.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a wall of more zones than fit on a page is shown page by page', () => {
  const arrangement = new Arrangement();
  arrangement.layout = '4';
  arrangement.setZones(Array.from({ length: 9 }, (_, n) => `PAGE-CAM-${n + 1}`));
  const tour = new Tour({
    show(stop) {
      if (stop !== wholeWall) return false;
      arrangement.showFirstPage();
      return true;
    },
    turn: () => arrangement.turnOn(),
  });
  tour.start([wholeWall], 5);
  const seen: [number, string | undefined][] = [];
  for (let turns = 0; turns < 4; turns += 1) {
    seen.push([arrangement.shownPage, arrangement.shown[0]]);
    vi.advanceTimersByTime(5000);
  }
  expect(seen).toEqual([
    [1, 'PAGE-CAM-1'],
    [2, 'PAGE-CAM-5'],
    [3, 'PAGE-CAM-9'],
    [1, 'PAGE-CAM-1'],
  ]);
  tour.stop();
});

test('a stop of two pages is left after the second, and one that is missing has none', () => {
  const told: string[] = [];
  let page = 1;
  const tour = new Tour({
    show(stop) {
      if (stop === 'Nowhere') return false;
      page = 1;
      told.push(stop);
      return true;
    },
    turn() {
      if (tour.stops[tour.index] !== 'Two pages' || page === 2) return false;
      page = 2;
      told.push('second page');
      return true;
    },
  });
  tour.start(['Two pages', 'Nowhere', 'One'], 1);
  vi.advanceTimersByTime(3000);
  expect(told).toEqual(['Two pages', 'second page', 'One', 'Two pages']);
  expect(tour.missing).toEqual(['Nowhere']);
  tour.waits = true;
  vi.advanceTimersByTime(5000);
  expect(told).toHaveLength(4);
  tour.stop();
});
