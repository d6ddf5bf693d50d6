/** What a gateway says of itself to whoever looks after it. */
import { expect, test } from 'vitest';
import type { SiteCameraReport, Trouble } from '../../server/contract/gateway.ts';
import { readinessOf } from '../../gateway/readiness.ts';

const camera = (state: SiteCameraReport['state'], code?: Trouble['code']): SiteCameraReport => ({
  ...{ name: 'gate', zone: 'A-1', label: '', setIn: 'file', address: '10.0.0.1', streams: [] },
  ...{ state, narrow: false, ...(code ? { trouble: { code } } : {}) },
});
const well = { connected: true, refusal: undefined };

test('it is ready while the server knows it and one camera at least may show something', () => {
  const reports = [camera('asleep'), camera('failed', 'wrong-password'), camera('off')];
  expect(readinessOf({ ...well, reports })).toEqual({
    server: 'connected',
    cameras: { asleep: 1, failed: 1, off: 1 },
    troubles: [],
  });
  expect(readinessOf({ ...well, reports: [] }).troubles).toEqual([]);
  const differing = [camera('asleep', 'streams-differ')];
  expect(readinessOf({ ...well, reports: differing }).troubles).toEqual([]);
});

test('it is not while the server is away, and says why where that is known', () => {
  const refusal = 'unauthenticated: Sign in to go on.';
  expect(readinessOf({ connected: false, refusal, reports: [] })).toMatchObject({
    ...{ server: 'away', reason: refusal, troubles: ['server'] },
  });
});

test('it is not while every camera that is enabled is in trouble', () => {
  const reports = [camera('trying', 'unreachable'), camera('asleep', 'closed'), camera('off')];
  expect(readinessOf({ ...well, reports }).troubles).toEqual(['cameras']);
  const one = [...reports, camera('live', 'streams-differ')];
  expect(readinessOf({ ...well, reports: one }).troubles).toEqual([]);
});
