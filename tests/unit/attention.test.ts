/** What pages say of trouble: the pill of many pictures, and what became of panes. */
import { expect, test } from 'vitest';
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
