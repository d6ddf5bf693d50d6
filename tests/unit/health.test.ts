/** A load balancer goes by readiness alone: it must be false only when joins fail. */
import { expect, test } from 'vitest';
import { Health, type Trouble } from '../../server/health.ts';

test('a server is ready while nothing that stops joins is wrong, and says what is wrong all the same', () => {
  const health = new Health();
  const troubles: Record<string, Trouble | undefined> = {};
  health.watch('media', () => troubles.media);
  health.watch('store', () => troubles.store);
  expect(health.report).toEqual({ ready: true, parts: { media: 'ok', store: 'ok' } });
  troubles.media = { reason: 'One of two workers hangs.', stopsJoins: false };
  expect(health.report).toEqual({
    ready: true,
    parts: { media: 'One of two workers hangs.', store: 'ok' },
  });
  troubles.store = { reason: 'The disk is full.', stopsJoins: true };
  expect(health.report).toMatchObject({ ready: false, parts: { store: 'The disk is full.' } });
  troubles.store = undefined;
  expect(health.report.ready).toBe(true);
});
