/** What the media worker's outbox hands to the kernel, compiled and sent over loopback by itself. */
import { expect } from 'vitest';
import { testWith } from '../support/prerequisites.ts';
import { workerPart } from '../support/worker-part.ts';

interface Told {
  readonly sent: number;
  readonly received: number;
  readonly right: number;
  readonly calls: number;
}

const libraries = ['libuv'];
const test = testWith(['g++', 'pkg-config'], { libraries });
/** Takes a fault, as in `tests/support/outbox.cpp`. */
const send = workerPart<Told>('outbox', {
  libraries,
  wrapped: ['sendmmsg', 'uv_udp_try_send'],
});

test('all datagrams come whole and in order, in far fewer calls than there are datagrams', () => {
  const { sent, received, right, calls } = send('none');
  expect({ received, right }).toEqual({ received: sent, right: sent });
  expect(sent).toBe(20_000);
  expect(calls).toBeLessThan(sent / 5);
});

test.for([
  ['the kernel has no room again and again', 'no-room'],
  ['the network card takes no segments', 'no-segments'],
  ['the socket is closed at once', 'closed'],
])('they do so too when %s', ([, fault]) => {
  const { sent, received, right } = send(fault ?? '');
  expect({ received, right }).toEqual({ received: sent, right: sent });
});
