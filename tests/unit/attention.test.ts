/** What pages say of trouble: the pill of many pictures, and what became of panes. */
import { expect, test } from 'vitest';
import { countsOf } from '../../web/lib/attention/counts.ts';
import { PaneWords } from '../../web/lib/attention/pane-words.ts';
import { shiftBeganAfter } from '../../web/lib/attention/shift.ts';
import type { Status } from '../../web/lib/session/status.ts';
import { wallStatus } from '../../web/lib/wall/wall-status.ts';

const connection = { up: true, reached: true };
const pill = (...statuses: Status[]): Status => wallStatus({ failed: false, connection, statuses });

test('one dead camera of many is what the pill says', () => {
  expect(pill('STREAMING', 'STREAMING', 'CONNECTED')).toBe('STREAMING');
  expect(pill('STREAMING', 'WAITING FOR CAMERA')).toBe('WAITING FOR CAMERA');
  expect(pill('WAITING FOR CAMERA', 'STREAMING', 'STALLED')).toBe('STALLED');
  expect(pill()).toBe('WAITING FOR CAMERA');
  expect(
    wallStatus({
      failed: false,
      connection: { up: false, reached: true },
      statuses: ['STREAMING'],
    }),
  ).toBe('RECONNECTING');
});

test('each pane’s failure is said once, and that of many as a number', () => {
  const words = new PaneWords();
  const look = (...panes: [string, Status][]): string => words.look(panes);
  expect(look(['A', 'CONNECTING'], ['B', 'WAITING FOR CAMERA'])).toBe('');
  expect(look(['A', 'STREAMING'], ['B', 'WAITING FOR CAMERA'])).toBe('');
  expect(look(['A', 'STALLED'], ['B', 'STREAMING'])).toMatch(/^A: no new frame/);
  expect(look(['A', 'STALLED'], ['B', 'STREAMING'])).toBe('');
  expect(look(['A', 'RECONNECTING'], ['B', 'WAITING FOR CAMERA'])).toBe('B: the camera is lost.');
  expect(look(['A', 'STREAMING'])).toBe('A: live again.');
  const many = ['C', 'D', 'E', 'F', 'G'];
  look(...many.map((zone): [string, Status] => [zone, 'STREAMING']));
  expect(look(...many.map((zone): [string, Status] => [zone, 'STALLED']))).toMatch(/^5 panes/);
});

test('of a listed zone that was never filmed, the numbers say that it is without a camera', () => {
  const totals = { idle: 6, connecting: 1, connected: 2, streaming: 34, stalled: 1 };
  // Of 6 without a camera, one is a name that somebody only waits for.
  expect(countsOf(totals, 5, 3)).toEqual({ up: 36, all: 43, stalled: 1, lost: 3, without: 2 });
  expect(countsOf(totals, 3, 3)).toMatchObject({ all: 41, lost: 3, without: 0 });
  // A wall of a part of the city, and a loss elsewhere.
  expect(countsOf(totals, 0, 3)).toMatchObject({ all: 38, lost: 3, without: 0 });
  // A server of an earlier version tells of the lost ones alone.
  expect(countsOf(totals, undefined, 3)).toMatchObject({ all: 41, without: 0 });
});

test('a shift began when the last one was taken over', () => {
  const now = 100 * 3_600_000;
  const party = (at: number) => ({ name: 'Ann', at });
  const handover = {
    id: '1',
    from: party(1),
    text: '',
    open: [],
    more: false,
    bookmarks: [],
    own: false,
  };
  expect(shiftBeganAfter(undefined, now)).toBe(now - 12 * 3_600_000);
  expect(shiftBeganAfter([handover, { ...handover, to: party(now - 5) }], now)).toBe(now - 5);
});
