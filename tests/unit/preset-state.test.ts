/** What whoever draws masks reads of each preset. */
import { expect, test } from 'vitest';
import { rowsOf, type Kept } from '../../web/lib/privacy/preset-state.ts';
import { rectangle } from '../support/masks.ts';

const presets = [
  { token: '1', name: 'Gate' },
  { token: '2', name: ' ' },
];
const none = new Map<string, Kept>();
const states = (...of: Parameters<typeof rowsOf>): string[] =>
  rowsOf(...of).map((row) => row.state);

test('where nothing of the zone is hidden, all is said to be seen', () => {
  const rows = rowsOf(presets, { masks: [] }, none);
  expect(rows.map(({ name }) => name)).toEqual(['Gate', 'Preset 2']);
  for (const { state, done } of rows) {
    expect(state).toMatch(/all of it is seen/);
    expect(done).toBe(false);
  }
});

test('with any mask, presets are covered until they are done', () => {
  expect(states(presets, { masks: [rectangle] }, none)).toEqual([
    'Not done yet, so covered',
    'Not done yet, so covered',
  ]);
  const presetMasks = [
    { preset: '1', name: 'Gate', masks: [] },
    { preset: '2', name: '', masks: [rectangle, rectangle] },
  ];
  expect(states(presets, { masks: [], presetMasks }, none)).toEqual([
    'Confirmed: nothing to hide',
    '2 masks',
  ]);
  // What is drawn and not saved is not in force.
  expect(
    states(presets, { masks: [], presetMasks }, new Map([['1', { masks: [rectangle] }]]))[0],
  ).toBe('1 mask drawn, not saved yet');
});

test('masks of a preset that the camera no longer has can still be found', () => {
  const presetMasks = [{ preset: '9', name: 'Old gate', masks: [rectangle] }];
  expect(rowsOf(presets, { masks: [], presetMasks }, none)).toContainEqual({
    preset: '9',
    name: 'Old gate',
    state: 'The camera has no such preset any more',
    done: true,
    gone: true,
  });
});
