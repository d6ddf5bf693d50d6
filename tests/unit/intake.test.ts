import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Intake } from '../../gateway/rtsp/intake.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A camera that sends so much each ms, for so long, where it is let. @returns bytes that came */
function send(bytesPerMs: number, time: number): { came: number; pauses: number } {
  let isPaused = false;
  let [came, pauses] = [0, 0];
  const intake = new Intake({
    pause: () => {
      isPaused = true;
      pauses += 1;
    },
    resume: () => (isPaused = false),
  });
  for (let ms = 0; ms < time; ms += 1) {
    vi.advanceTimersByTime(1);
    if (isPaused) continue;
    came += bytesPerMs;
    intake.came(bytesPerMs);
  }
  intake.close();
  expect(vi.getTimerCount()).toBe(0);
  return { came, pauses };
}

it('a camera that sends as fast as it can is listened to no faster than any camera sends', () => {
  const { came } = send(200_000, 10_000);
  expect(came).toBeLessThan(16 * 2 ** 20 + 10 * 20_000_000 * 1.05);
  expect(came).toBeGreaterThan(10 * 20_000_000 * 0.9);
});

it('one that sends 100 Mbit/s in large pictures is never held up', () => {
  expect(send(12_500, 10_000).pauses).toBe(0);
});
