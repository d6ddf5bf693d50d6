/** Screens: who lists them, what is sent to them, and what a wall makes of it. */
import { afterEach, expect, test } from 'vitest';
import type { Role } from '../../server/contract/access.ts';
import type { View } from '../../server/contract/view.ts';
import { screensAmong, type AskNodes } from '../../server/screens/all-screens.ts';
import { Screens } from '../../server/screens/screens.ts';
import { labelled } from '../../web/lib/screens/labels.ts';
import { Arrangement } from '../../web/lib/wall/arrangement.svelte.ts';
import { FakeSignaling, type FakeTab } from '../support/fake-sessions.ts';

let signaling: FakeSignaling | undefined;
afterEach(() => signaling?.close());

function open(): FakeSignaling {
  return (signaling = new FakeSignaling());
}
function tabOf(role: Role, name: string): FakeTab {
  const kind = role === 'wall' || role === 'camera' ? 'key' : 'person';
  const principal = { kind, id: name, name, grants: [{ role, zones: 'CBD-*' }] } as const;
  return (signaling ?? open()).tab({
    principal: { ...principal, grants: [...principal.grants] },
    via: { kind: 'sign-in', id: name },
  });
}

const night: View = {
  ...{ id: 'night', name: 'Night', zones: 'CBD-*', layout: '4', order: [], kiosk: false },
  ...{ owner: 'Sue', sharedWith: ['operator'], version: 1, changedAt: 0, mayChange: false },
};

test('an operator puts a zone and a view on a wall, which is told who did, and so is the audit', async () => {
  const { records } = Object.assign(open(), { views: [night] });
  const wall = tabOf('wall', 'Lobby key');
  const oscar = tabOf('operator', 'Oscar');
  await wall.request('screen:announce', { name: '  Lobby   wall ', page: 'wall' });
  const { screens, unknownAt } = await oscar.request('screens:list', {});
  expect(unknownAt).toEqual([]);
  expect(screens).toEqual([
    { id: expect.any(String), name: 'Lobby wall', page: 'wall', who: 'Lobby key' },
  ]);
  const screen = screens[0]?.id ?? '';
  await oscar.request('screen:send', { screen, show: { kind: 'zone', zone: 'cbd-1' } });
  await oscar.request('screen:send', { screen, show: { kind: 'view', view: 'night' } });
  const { name, zones, layout, order, kiosk } = night;
  expect(wall.heard('screen:show')).toEqual([
    { by: 'Oscar', show: { kind: 'zone', zone: 'CBD-1' } },
    { by: 'Oscar', show: { kind: 'view', view: { name, zones, layout, order, kiosk } } },
  ]);
  expect(records.map(({ action, zone, detail }) => [action, zone, detail])).toEqual([
    ['shown-on-screen', 'CBD-1', { screen: 'Lobby wall', at: 'Lobby key', what: 'zone' }],
    ['shown-on-screen', undefined, expect.objectContaining({ view: 'Night' })],
  ]);
});

test('viewers and walls send nothing and see no screens', async () => {
  open();
  const wall = tabOf('wall', 'Lobby key');
  await wall.request('screen:announce', { name: 'Lobby', page: 'wall' });
  await tabOf('camera', 'Gate').request('screen:announce', { name: 'No screen', page: 'wall' });
  const { screens } = await tabOf('operator', 'Oscar').request('screens:list', {});
  expect(screens.map(({ name }) => name)).toEqual(['Lobby']);
  const sending = { screen: screens[0]?.id ?? '', show: { kind: 'zone', zone: 'CBD-1' } } as const;
  for (const tab of [tabOf('viewer', 'Vera'), wall]) {
    expect(await tab.ask('screens:list', {})).toMatchObject({ error: { code: 'forbidden' } });
    expect(await tab.ask('screen:send', sending)).toMatchObject({ error: { code: 'forbidden' } });
  }
  expect(wall.heard('screen:show')).toEqual([]);
});

test('a screen that is gone is not listed, and sending to it says so; one that comes back is the same', async () => {
  open();
  const wall = tabOf('wall', 'Lobby key');
  const oscar = tabOf('operator', 'Oscar');
  await wall.request('screen:announce', { name: 'Lobby', page: 'wall' });
  const [before] = (await oscar.request('screens:list', {})).screens;
  wall.cut();
  expect((await oscar.request('screens:list', {})).screens).toEqual([]);
  expect(
    await oscar.ask('screen:send', { screen: before?.id ?? '', show: { kind: 'back' } }),
  ).toMatchObject({ error: { code: 'not-found' } });
  wall.comeBack();
  expect((await oscar.request('screens:list', {})).screens).toEqual([before]);
});

test('nobody sends without end', async () => {
  open();
  const wall = tabOf('wall', 'Lobby key');
  const oscar = tabOf('operator', 'Oscar');
  await wall.request('screen:announce', { name: 'Lobby', page: 'wall' });
  const screen = (await oscar.request('screens:list', {})).screens[0]?.id ?? '';
  const answers = [];
  for (let n = 0; n < 31; n += 1) {
    answers.push(await oscar.ask('screen:send', { screen, show: { kind: 'back' } }));
  }
  expect(answers.filter(({ ok }) => ok)).toHaveLength(30);
  expect(answers.at(-1)).toMatchObject({ error: { code: 'throttled' } });
});

test('screens of other nodes are listed and reached, and those of a silent node are said to be unknown', async () => {
  const [here, there] = [new Screens(), new Screens()];
  const sent: unknown[] = [];
  const tab = {
    ...{ caller: { principal: { name: 'Lobby key' } }, socket: {} },
    notify: (_: string, what: unknown) => void sent.push(what),
  };
  there.announce(tab, { name: 'Lobby', page: 'wall' });
  const answerers = new Map<string, (about: unknown) => Promise<unknown>>();
  const answering = (kind: string, answerer: (about: unknown) => Promise<unknown>): void =>
    void answerers.set(kind, answerer);
  screensAmong({ answer: answering, askAll: () => Promise.reject(new Error('not asked')) }, there);
  const nodes: AskNodes = {
    answer: () => {},
    askAll: async (kind, about, answer) => {
      const told = answer.parse(await answerers.get(kind)?.(structuredClone(about)));
      return { given: new Map([['b', told]]), missing: ['c'] };
    },
  };
  const all = screensAmong(nodes, here);
  const { screens, unknownAt } = await all.list();
  expect([screens.map(({ name }) => name), unknownAt]).toEqual([['Lobby'], ['c']]);
  const back = { by: 'Oscar', show: { kind: 'back' } } as const;
  expect(await all.show(screens[0]?.id ?? '', back)).toBe(true);
  expect(await all.show('nobody', back)).toBe(false);
  expect(sent).toEqual([back]);
});

test('screens of one name are told apart', () => {
  const screen = { name: 'Screen 1', page: 'wall', who: 'Oscar' } as const;
  const labels = labelled([
    { ...screen, id: 'a' },
    { ...screen, id: 'b' },
    { ...screen, id: 'c', who: 'Ada' },
  ]).map(({ label }) => label);
  expect(new Set(labels).size).toBe(3);
});

test('a zone that was sent takes one pane, on each page, until it is sent away', () => {
  const wall = new Arrangement();
  wall.layout = '4';
  wall.setZones(['A-1', 'A-2', 'A-3', 'A-4', 'A-5']);
  wall.enlarge('A-1');
  wall.receive('B-1', 'Oscar');
  expect(wall.enlarged).toBeUndefined();
  expect(wall.shown).toEqual(['A-1', 'A-2', 'A-3', 'B-1']);
  wall.turnPage(1);
  expect(wall.shown).toEqual(['A-5', 'B-1']);
  expect(wall.watched).toContain('B-1');
  wall.setZones(['A-1', 'A-2']);
  expect(wall.shown).toEqual(['A-1', 'A-2', 'B-1']);
  expect(wall.enlarge('B-1')).toBe(true);
  wall.sendAway();
  expect([wall.shown, wall.enlarged]).toEqual([['A-1', 'A-2'], undefined]);
  wall.receive('A-2', 'Oscar');
  expect(wall.shown).toEqual(['A-1', 'A-2']);
});

test('a wall without zones shows what is sent, and one that grows by itself loses no pane to it', () => {
  const wall = new Arrangement();
  wall.receive('B-1', 'Oscar');
  expect(wall.shown).toEqual(['B-1']);
  wall.setZones(['A-1', 'A-2', 'A-3', 'A-4']);
  expect(wall.shown).toEqual(['A-1', 'A-2', 'A-3', 'A-4', 'B-1']);
  wall.focusOn('A-4');
  wall.moveFocus(1, 0);
  expect(wall.focus).toBe('B-1');
});
