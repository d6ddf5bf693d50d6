/** What clients hear of zones: those that their lists show, of which they may see them, and totals for the rest. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Caller } from '../../server/access/caller.ts';
import type { Grant } from '../../server/contract/access.ts';
import { FakeSignaling, type FakeTab } from '../support/fake-sessions.ts';
import { FakeCamera } from '../support/fake-zone.ts';

let signaling: FakeSignaling;
beforeEach(() => {
  vi.useFakeTimers();
  signaling = new FakeSignaling();
});
afterEach(() => {
  signaling.close();
  vi.useRealTimers();
});

const person = (id: string, ...grants: Grant[]): Caller => ({
  principal: { kind: 'person', id, name: id, grants },
  via: { kind: 'sign-in', id: `sign-in-${id}` },
});
const numbered = (number: number): string => `CBD-CAM-${`${number}`.padStart(4, '0')}`;
/** @returns the cameras of as many zones */
function film(count: number): FakeCamera[] {
  return Array.from({ length: count }, (_, at) => {
    const camera = new FakeCamera();
    signaling.zones.at(numbered(at + 1)).claim(camera);
    return camera;
  });
}
const soon = (): Promise<unknown> => vi.advanceTimersByTimeAsync(250);
/** A change of one zone that everybody could see. */
async function relabel(number: number, label: string): Promise<void> {
  const zone = signaling.zones.find(numbered(number));
  if (zone?.camera) zone.end(zone.camera);
  const camera = new FakeCamera();
  camera.label = label;
  signaling.zones.at(numbered(number)).claim(camera);
  await soon();
}
const changes = (tab: FakeTab): string[] =>
  tab.heard('zones:changed').flatMap(({ changed }) => changed.map(({ id }) => id));

test('a client that never says what its list shows hears of the first 200 zones, and of no other', async () => {
  film(250);
  const tab = signaling.tab();
  expect(tab.heard('zones').map(({ zones }) => zones.length)).toEqual([200]);
  expect(tab.heard('zones')[0]).not.toHaveProperty('totals');
  await soon();
  await relabel(200, 'in');
  await relabel(201, 'out');
  expect(changes(tab)).toEqual([numbered(200)]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(tab.heard('zones:totals')).toEqual([]);
});

test('a client hears of what its list shows, and how many there are besides', async () => {
  film(30);
  const tab = signaling.tab();
  const answer = await tab.request('zones:list', {
    ...{ pattern: 'cbd-cam-00*', live: true, from: numbered(11), count: 5 },
  });
  expect(answer.zones.map(({ id }) => id)).toEqual([11, 12, 13, 14, 15].map(numbered));
  expect(answer).toMatchObject({ before: 10, unknown: [], totals: { connecting: 30, idle: 0 } });
  expect(answer.missing).toBe(0);
  await soon();
  const heard = tab.heard('zones:changed').length;
  await relabel(10, 'before it');
  await relabel(16, 'after it');
  expect(tab.heard('zones:changed')).toHaveLength(heard);
  const gone = signaling.zones.at(numbered(12));
  if (gone.camera) gone.end(gone.camera);
  await soon();
  expect(tab.heard('zones:changed').at(-1)).toMatchObject({
    changed: [{ id: numbered(16), label: 'after it' }],
    gone: [numbered(12)],
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(tab.heard('zones:totals').at(-1)).toMatchObject({ totals: { connecting: 29 } });
});

test('totals come at most once a second, and only when they are others', async () => {
  film(3);
  const tab = signaling.tab();
  await tab.request('zones:list', { count: 1 });
  await vi.advanceTimersByTimeAsync(1100);
  const before = tab.heard('zones:totals').length;
  for (let times = 0; times < 8; times += 1) {
    await relabel(2, `${times}`); // which ends as it began
  }
  await vi.advanceTimersByTimeAsync(1100);
  expect(tab.heard('zones:totals')).toHaveLength(before);
  signaling.zones.at('X-1').claim(new FakeCamera());
  await vi.advanceTimersByTimeAsync(1100);
  expect(tab.heard('zones:totals')).toHaveLength(before + 1);
});

test('a client that comes back is told all that its list shows, without asking', async () => {
  film(20);
  const tab = signaling.tab();
  await tab.request('zones:list', { from: numbered(10), count: 3 });
  tab.cut();
  await relabel(11, 'while it was away');
  tab.comeBack();
  expect(tab.heard('zones').at(-1)).toMatchObject({
    zones: [{ id: numbered(10) }, { id: numbered(11), label: 'while it was away' }, {}],
    before: 9,
  });
});

test('nobody hears of zones that they may not see, nor how many there are; nor after a right was withdrawn', async () => {
  film(12);
  signaling.zones.at('PARK-1').claim(new FakeCamera());
  const tab = signaling.tab(person('ada', { role: 'operator', zones: 'CBD-*' }));
  const { zones, totals } = await tab.request('zones:list', { pattern: '*', count: 50 });
  expect(zones).toHaveLength(12);
  expect(totals.connecting).toBe(12);
  signaling.zones.at('PARK-2').claim(new FakeCamera());
  await vi.advanceTimersByTimeAsync(1500);
  expect(JSON.stringify(tab.heard('zones:changed'))).not.toContain('PARK');
  expect(tab.heard('zones:totals').every((told) => told.totals.connecting === 12)).toBe(true);
  signaling.callers.set('ada', person('ada', { role: 'operator', zones: 'PARK-*' }));
  signaling.sessions.recheck();
  await vi.advanceTimersByTimeAsync(500);
  expect(tab.heard('zones').at(-1)).toMatchObject({
    zones: [{ id: 'PARK-1' }, { id: 'PARK-2' }],
    totals: { connecting: 2 },
  });
  const before = tab.heard('zones:changed').length;
  await relabel(3, 'not for her');
  expect(tab.heard('zones:changed')).toHaveLength(before);
});

test.each([
  ['more zones than a list may have', { count: 201 }],
  ['a pattern that is too long', { pattern: 'A'.repeat(65), count: 5 }],
  ['a pattern that is none', { pattern: 'ä', count: 5 }],
  ['no number', { count: NaN }],
  ['a name that is too long', { from: 'A'.repeat(65), count: 5 }],
])('%s is refused, and changes nothing', async (_what, listed) => {
  film(3);
  const tab = signaling.tab();
  await tab.request('zones:list', { count: 1 });
  expect(await tab.ask('zones:list', listed)).toMatchObject({
    ...{ ok: false, error: { code: 'invalid-request' } },
  });
  await soon();
  await relabel(2, 'not shown');
  expect(changes(tab)).toEqual([]);
});

test('of 1,000 clients and 1,000 zones, a change costs a message to those whose lists show it', async () => {
  const tabs = Array.from({ length: 1000 }, () => signaling.tab());
  // Each looks at 50 zones somewhere.
  await Promise.all(
    tabs.map((tab, at) => tab.request('zones:list', { from: numbered(at + 1), count: 50 })),
  );
  film(1000);
  await vi.advanceTimersByTimeAsync(1500);
  const told = (): number => tabs.reduce((sum, tab) => sum + tab.heard('zones:changed').length, 0);
  const before = told();
  await relabel(500, 'one change');
  // Before, each of the 1,000 was told.
  expect(told() - before).toBe(50);
}, 30_000);
