/** Which faults a page mends by itself, and which it leaves to a person. */
import { expect, test } from 'vitest';
import { errorCodes } from '../../server/contract/errors.ts';
import { isReturning, retryDelay } from '../../web/lib/session/retry.ts';

const camera = { role: 'camera' as const, unattended: true, worked: false };
const hopeless = ['no-webrtc', 'insecure-page', 'unauthenticated'];

test('nothing that can pass ends a page for good that nobody sits at', () => {
  const device = ['no-device', 'other-device', 'device-busy', 'permission-refused', 'key-revoked'];
  for (const code of [...errorCodes, ...device].filter((one) => !hopeless.includes(one))) {
    expect(retryDelay(code, 0, camera)).toBeGreaterThan(0);
    // Back-off: never faster, and once a minute at least.
    const delays = [0, 1, 2, 3, 10, 1000].map((tries) => retryDelay(code, tries, camera) ?? 0);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(Math.max(...delays)).toBeLessThanOrEqual(60_000);
  }
});

test('what only another page or a person can mend is not tried again', () => {
  for (const code of hopeless) expect(retryDelay(code, 0, camera)).toBeUndefined();
});

test('a spare is there within 5 s, however long it has stood by', () => {
  expect(retryDelay('zone-occupied', 0, camera)).toBe(5000);
  expect(retryDelay('zone-occupied', 1000, camera)).toBe(5000);
});

test('a person who sits there decides, but a camera that has worked waits for its device', () => {
  const attended = { ...camera, unattended: false };
  expect(retryDelay('no-device', 0, attended)).toBeUndefined();
  expect(retryDelay('no-device', 0, { ...attended, worked: true })).toBe(1000);
  expect(retryDelay('forbidden', 0, { ...attended, worked: true })).toBeUndefined();
  expect(retryDelay('zone-occupied', 0, { ...attended, worked: true, role: 'operator' })).toBe(
    undefined,
  );
});

test('a camera that comes back is reconnecting; one that never was has failed', () => {
  expect(isReturning('no-device', { worked: true })).toBe(true);
  expect(isReturning('no-device', { worked: false })).toBe(false);
  expect(isReturning('masks-required', { worked: true })).toBe(false);
});
