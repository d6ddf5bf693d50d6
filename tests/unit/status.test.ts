/** What the status pill says in each state: the word that operators act on. */
import { expect, test } from 'vitest';
import { statusOf, type Facts, type Status } from '../../web/lib/session/status.ts';

const streaming: Facts = {
  role: 'operator',
  active: true,
  failed: false,
  socketUp: true,
  returning: true,
  joined: true,
  hasMedia: true,
  transportUp: true,
  frames: 'flowing',
  silent: false,
  asleep: false,
};

test.each<[Status, Partial<Facts>]>([
  ['STREAMING', {}],
  ['STALLED', { frames: 'stopped' }],
  ['CONNECTED', { frames: 'none' }],
  ['STALLED', { frames: 'none', silent: true }],
  ['STREAMING', { silent: true }],
  ['CONNECTED', { frames: 'none', silent: true, asleep: true }],
  ['CONNECTED', { role: 'camera', frames: 'stopped', asleep: true }],
  ['WAITING FOR CAMERA', { hasMedia: false }],
  ['CONNECTING', { role: 'camera', hasMedia: false, returning: false }],
  ['CONNECTING', { socketUp: false, returning: false }],
  ['RECONNECTING', { socketUp: false }],
  ['RECONNECTING', { transportUp: false }],
  ['DISCONNECTED', { active: false }],
  ['FAILED', { active: false, failed: true }],
])('%s when %j', (status, facts) => {
  expect(statusOf({ ...streaming, ...facts })).toBe(status);
});
