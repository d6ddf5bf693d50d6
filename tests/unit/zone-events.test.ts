/** What cameras notice: bounded by zone, told to listeners, and written as soon as the store can be used. */
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CameraEvent } from '../../server/contract/camera-event.ts';
import type { NewZoneEvent } from '../../server/store/zone-event-repository.ts';
import { mostEvents, ZoneEvents } from '../../server/zone-events.ts';

const motion: CameraEvent = { kind: 'motion', state: 'began', source: '', ago: 0 };
const day = 86_400_000;

class FakeShelf {
  away = false;
  readonly batches: (readonly NewZoneEvent[])[] = [];
  readonly purged: unknown[] = [];
  readonly crowded = new Map([['A-01', 2400]]);
  old = 12_000;
  add = async (events: readonly NewZoneEvent[]): Promise<void> => {
    if (this.away) throw new Error('the store is away');
    this.batches.push(events);
  };
  removeBefore = async (time: number, limit: number): Promise<number> => {
    this.purged.push(time);
    const removed = Math.min(limit, this.old);
    this.old -= removed;
    return removed;
  };
  zonesAbove = async (most: number): Promise<string[]> =>
    [...this.crowded].flatMap(([zone, count]) => (count > most ? zone : []));
  keepNewest = async (zone: string, most: number): Promise<void> =>
    void this.crowded.set(zone, most);
}

let shelf: FakeShelf;
let events: ZoneEvents;
let lost: number;
beforeEach(() => {
  vi.useFakeTimers();
  shelf = new FakeShelf();
  lost = 0;
  events = make();
});
afterEach(async () => {
  await events.close();
  vi.useRealTimers();
});

function make(retention = 90): ZoneEvents {
  return new ZoneEvents({
    ...{ store: { zoneEvents: shelf as never }, retention, log: pino({ level: 'silent' }) },
    lost: () => (lost += 1),
  });
}

test('what comes within a moment is written together, with the time at which it happened', async () => {
  const now = Date.now();
  events.took('A-01', { ...motion, ago: 500 });
  events.took('B-01', { ...motion, state: 'ended' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(shelf.batches).toEqual([
    [
      { zone: 'A-01', kind: 'motion', state: 'began', source: '', at: now - 500 },
      { zone: 'B-01', kind: 'motion', state: 'ended', source: '', at: now },
    ],
  ]);
});

test('a zone that tells of too much is refused the rest of its minute, and no other is', async () => {
  for (let count = 0; count < mostEvents.inMinute; count += 1) events.took('A-01', motion);
  expect(() => events.took('A-01', motion)).toThrow(/Too many events of A-01: again in 1 s/);
  events.took('B-01', motion);
  await vi.advanceTimersByTimeAsync(1000);
  expect(shelf.batches.flat()).toHaveLength(mostEvents.inMinute + 1);
  events.took('A-01', motion);
});

test('events wait while the store is away, in order, and what waits at the end is written', async () => {
  shelf.away = true;
  events.took('A-01', motion);
  await vi.advanceTimersByTimeAsync(1000);
  events.took('A-01', { ...motion, state: 'ended' });
  await vi.advanceTimersByTimeAsync(1000);
  shelf.away = false;
  await vi.advanceTimersByTimeAsync(3000);
  events.took('A-01', { ...motion, kind: 'input' });
  await events.close();
  expect(shelf.batches.flat().map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'motion began',
    'motion ended',
    'input began',
  ]);
  expect(lost).toBe(0);
});

test('no more waits than has room, and what has none is counted', async () => {
  shelf.away = true;
  for (let zone = 0; zone < 300; zone += 1) {
    for (let count = 0; count < 50; count += 1) events.took(`Z-${zone}`, motion);
  }
  await vi.advanceTimersByTimeAsync(10_000);
  shelf.away = false;
  await vi.advanceTimersByTimeAsync(3000);
  expect(shelf.batches.flat()).toHaveLength(10_000);
  expect(lost).toBe(5000);
});

test('each listener hears of each event, whatever another one does', () => {
  const heard: string[] = [];
  events.listen(() => {
    throw new Error('a fault');
  });
  const end = events.listen((zone, { kind }) => heard.push(`${zone} ${kind}`));
  events.took('A-01', motion);
  end();
  events.took('A-02', motion);
  expect(heard).toEqual(['A-01 motion']);
});

test('what is too old goes in small steps, and what is too much of one zone goes whatever its time', async () => {
  await events.purge(100 * day);
  expect(shelf.purged).toEqual([10 * day, 10 * day, 10 * day]);
  expect(shelf.crowded.get('A-01')).toBe(mostEvents.ofZone);
  const forEver = make(0);
  shelf.purged.length = 0;
  shelf.crowded.set('A-01', 9000);
  await forEver.purge(100 * day);
  expect(shelf.purged).toEqual([]);
  expect(shelf.crowded.get('A-01')).toBe(mostEvents.ofZone);
  await forEver.close();
});
