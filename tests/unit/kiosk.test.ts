/** When a screen that nobody sits at loads its page anew. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { takeUpNewer, watchOver } from '../../web/lib/wall/kiosk.ts';

let well = true;
let ready = true;
let end: () => void;
const reload = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  well = true;
  ready = true;
  reload.mockClear();
  end = watchOver(() => well, { ready: () => Promise.resolve(ready), reload });
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

test('a page that is unwell for over a minute is loaded anew', async () => {
  well = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(reload).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(reload).toHaveBeenCalled();
});

test('it is not loaded anew from a server that does not answer, however long that lasts', async () => {
  well = false;
  ready = false;
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(reload).not.toHaveBeenCalled();
});

test('a page that finds its server again by itself is left alone', async () => {
  well = false;
  ready = false;
  await vi.advanceTimersByTimeAsync(600_000);
  ready = true;
  await vi.advanceTimersByTimeAsync(8_000);
  well = true;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(reload).not.toHaveBeenCalled();
});

test('one that does not find it again is loaded anew once the server is ready', async () => {
  well = false;
  ready = false;
  await vi.advanceTimersByTimeAsync(600_000);
  ready = true;
  await vi.advanceTimersByTimeAsync(25_000);
  expect(reload).toHaveBeenCalled();
});

test('a newer page is loaded within a minute or so, and not while the server is away', async () => {
  ready = false;
  const stop = takeUpNewer({ ready: () => Promise.resolve(ready), reload });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(reload).not.toHaveBeenCalled();
  ready = true;
  await vi.advanceTimersByTimeAsync(65_000);
  expect(reload).toHaveBeenCalled();
  stop();
});
