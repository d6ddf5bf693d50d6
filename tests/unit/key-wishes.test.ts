/** How often a camera is asked for key pictures that viewers need, and how often each viewer is heard. */
import { EventEmitter } from 'node:events';
import type { types } from 'mediasoup';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hearKeyRequests } from '../../server/media/key-hearing.ts';
import { KeyWishes } from '../../server/zones/key-wishes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

let wishes: KeyWishes;
let told: { layer: number; at: number }[];
beforeEach(() => {
  told = [];
  wishes = new KeyWishes(1);
  const begun = performance.now();
  wishes.onWish = (layer) => told.push({ layer, at: performance.now() - begun });
});

test('the first wish is told at once, and then one a second for each layer, whoever asks', async () => {
  for (let at = 0; at < 2500; at += 50) {
    wishes.want(0);
    if (at === 500 || at === 600) wishes.want(1);
    await pass(50);
  }
  expect(told).toEqual([
    { layer: 0, at: 0 },
    { layer: 1, at: 500 },
    { layer: 0, at: 1000 },
    { layer: 0, at: 2000 },
  ]);
});

test('it says how long another wish is of no use, and a layer that is not there is the top one', async () => {
  expect(wishes.want(7)).toBe(1000);
  await pass(300);
  expect(wishes.want(1)).toBe(700);
  expect(told).toEqual([{ layer: 1, at: 0 }]);
});

/** What is told of a viewer, who asks whenever the test says so. */
class Viewer {
  /** Requests that the media worker told. */
  traced = 0;
  /** How often the worker was told to tell them, or not to. */
  changed = 0;
  closed = false;
  readonly observer = new EventEmitter();
  readonly #events = new EventEmitter();
  #kinds: types.ConsumerTraceEventType[] = [];

  constructor(worker: { answers: boolean }) {
    hearKeyRequests(this as unknown as types.Consumer, worker, () => wishes.want(0));
  }

  on(event: string, listener: () => void): void {
    this.#events.on(event, listener);
  }

  async enableTraceEvent(kinds: types.ConsumerTraceEventType[]): Promise<void> {
    this.changed += 1;
    await Promise.resolve();
    this.#kinds = kinds;
  }

  ask(kind: 'pli' | 'fir' = 'pli'): void {
    if (!this.#kinds.includes(kind)) return;
    this.traced += 1;
    this.#events.emit('trace', { type: kind });
  }

  close(): void {
    this.closed = true;
    this.observer.emit('close');
  }
}

test('a viewer who asks in every packet is heard once a second, and costs the worker no more than that', async () => {
  const viewer = new Viewer({ answers: true });
  await pass(1);
  // All in one go, before the worker hears that it is enough.
  for (let at = 0; at < 50; at += 1) viewer.ask();
  expect(told).toHaveLength(1);
  expect(viewer.traced).toBe(50);
  for (let at = 0; at < 4995; at += 5) {
    await pass(5);
    viewer.ask(at % 2 ? 'pli' : 'fir');
  }
  expect(told).toHaveLength(5);
  expect(viewer.traced).toBe(54);
  expect(viewer.changed).toBe(10);
});

test('one who asks while the camera was just asked for another is heard as soon as that is of use', async () => {
  const [first, second] = [new Viewer({ answers: true }), new Viewer({ answers: true })];
  await pass(1);
  first.ask();
  await pass(900);
  second.ask();
  expect(told).toHaveLength(1);
  await pass(101);
  second.ask();
  expect(told.map(({ at }) => at)).toEqual([1, 1002]);
});

test('one whose worker is silent for a while is heard after that, and nothing is left of one who has gone', async () => {
  const worker = { answers: false };
  const [viewer, gone] = [new Viewer(worker), new Viewer(worker)];
  await pass(500);
  gone.close();
  worker.answers = true;
  await pass(1000);
  viewer.ask();
  expect(told).toHaveLength(1);
  await pass(1);
  viewer.close();
  expect([viewer.changed, gone.changed]).toEqual([2, 0]);
  expect(vi.getTimerCount()).toBe(0);
});
