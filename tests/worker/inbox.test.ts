/** Whose datagrams the media worker's inbox hands over first, compiled and filled over loopback by itself. */
import { expect } from 'vitest';
import { testWith } from '../support/prerequisites.ts';
import { workerPart } from '../support/worker-part.ts';

interface Told {
  /** Senders, as they were handled. */
  readonly order: string;
  readonly handled: number;
  readonly right: number;
  readonly sentToMany: number;
  readonly ended: boolean;
}

const libraries = ['libuv'];
const test = testWith(['g++', 'pkg-config'], { libraries });
/** Takes a case, as in `tests/support/inbox.cpp`. */
const handle = workerPart<Told>('inbox', { libraries, wrapped: [] });

test('what is for one goes ahead of frames for many that have come before, and is sent at once', () => {
  expect(handle('waiting')).toMatchObject({ order: 'laaabbbccc', right: 10, sentToMany: 0 });
});

test('what is for one waits for a packet for many that is in hand, not for the frame or the next ones', () => {
  expect(handle('meanwhile')).toMatchObject({ order: 'alaabbbccc', right: 10, sentToMany: 0 });
});

test('nobody waits until all is done that somebody sends much of', () => {
  const { order, right } = handle('flood');
  expect(order).toHaveLength(203);
  expect(right).toBe(203);
  expect(order.lastIndexOf('a')).toBeLessThan(100);
});

test('more than it takes in comes whole, and in the order of each sender', () => {
  expect(handle('many')).toMatchObject({ handled: 1600, right: 1600, ended: true });
});

test('sockets may be closed while it hands over what they have received', () => {
  expect(handle('closed')).toMatchObject({ handled: 1, right: 1, ended: true });
});

test('a worker may end its event loop right after its sockets are closed', () => {
  expect(handle('stopped')).toMatchObject({ handled: 1600, right: 1600, ended: true });
});
