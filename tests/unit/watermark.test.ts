/** A watermark names who looked; it must be readable on any picture, and never missing. */
import { afterEach, expect, test, vi } from 'vitest';
import { minuteText, watermarkText } from '../../web/lib/privacy/watermark.ts';

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['UTC', '2026-03-29 12:05:09 +00:00'],
  ['Europe/Berlin', '2026-03-29 14:05:09 +02:00'],
  ['America/St_Johns', '2026-03-29 09:35:09 -02:30'],
  ['Asia/Kathmandu', '2026-03-29 17:50:09 +05:45'],
])('the time in %s is told with its offset', (zone, time) => {
  vi.stubEnv('TZ', zone);
  const mark = { name: 'Anna Meier', zone: 'CBD-TRAFFIC-01' };
  expect(watermarkText(mark, new Date('2026-03-29T12:05:09Z'))).toBe(
    `Anna Meier · CBD-TRAFFIC-01 · ${time}`,
  );
  const minute = time.replace(':09 ', ' ');
  expect(minuteText(mark, new Date('2026-03-29T12:05:09Z'))).toBe(
    `Anna Meier · CBD-TRAFFIC-01 · ${minute}`,
  );
});

test('where there is no picture yet, it has no time', () => {
  const mark = { name: 'Anna Meier', zone: 'CBD-TRAFFIC-01' };
  expect(watermarkText(mark, undefined)).toBe('Anna Meier · CBD-TRAFFIC-01');
  expect(minuteText(mark, undefined)).toBe('Anna Meier · CBD-TRAFFIC-01');
});
