/** Whose packets by UDP are taken for a camera's. */
import { expect, test } from 'vitest';
import { Networks } from '../../gateway/rtsp/networks.ts';
import { Senders } from '../../gateway/rtsp/senders.ts';

const networks = new Networks(['10.0.0.0/24']);

test('what comes first from the cameras’ networks is the camera, and nobody after it', () => {
  const senders = new Senders(['10.0.0.1'], networks);
  expect(senders.takes('192.0.2.1')).toBe(false);
  expect(senders.takes('10.0.0.7')).toBe(true);
  expect(senders.takes('10.0.0.8')).toBe(false);
  expect(senders.takes('::ffff:10.0.0.7')).toBe(true);
  expect(senders.takes('10.0.0.1')).toBe(true);
});

test('once it sends from the address that it was found at, no other one is taken', () => {
  const senders = new Senders(['10.0.0.1'], networks);
  expect(senders.takes('10.0.0.1')).toBe(true);
  expect(senders.takes('10.0.0.7')).toBe(false);
});

test('an address that it names is taken wherever that is', () => {
  expect(new Senders(['10.0.0.1', '192.0.2.1'], networks).takes('192.0.2.1')).toBe(true);
});
