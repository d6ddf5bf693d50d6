/** Steering over signalling in memory: who has the hand, in which order moves come to the camera, and what stops by itself. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Caller } from '../../server/access/caller.ts';
import type { Role } from '../../server/contract/access.ts';
import type { CameraSteering, Move } from '../../server/contract/steering.ts';
import { FakeSignaling, type FakeTab } from '../support/fake-sessions.ts';

const zone = 'A-1';
const able: CameraSteering = {
  abilities: {
    ...{ continuous: true, relative: true, absolute: false, zoom: true, home: false },
    presets: 8,
  },
  presets: [{ token: '1', name: 'crossing' }],
  at: null,
  moving: false,
};
const right: Move = { kind: 'continuous', pan: 0.5, tilt: 0, zoom: 0 };
const left: Move = { ...right, pan: -0.5 };
const stop: Move = { kind: 'stop' };

let signaling: FakeSignaling;
let camera: FakeTab;
/** What the camera was asked, in order. */
let asked: Move[];
/** How the camera takes a move. */
let take: (move: Move) => Promise<unknown>;

beforeEach(async () => {
  vi.useFakeTimers();
  signaling = new FakeSignaling();
  asked = [];
  take = async () => ({ ok: true });
  camera = signaling.tab();
  camera.asked = (event, request) => {
    const { move } = request as { move: Move };
    if (event !== 'steer:move') return Promise.resolve({ ok: true });
    asked.push(move);
    return take(move);
  };
  await camera.film(zone);
  await camera.request('camera:steering', { steering: able });
});
afterEach(() => {
  signaling.close();
  vi.useRealTimers();
});

const pass = (time: number): Promise<unknown> => vi.advanceTimersByTimeAsync(time);

function callerOf(role: Role, name: string): Caller {
  const principal = { kind: 'person', id: name, name, grants: [{ role, zones: '*' }] } as const;
  return {
    principal: { ...principal, grants: [...principal.grants] },
    via: { kind: 'sign-in', id: name },
  };
}

/** Somebody who watches, and counts its moves. */
async function somebody(role: Role, name: string) {
  const tab = signaling.tab(callerOf(role, name));
  await tab.watch(zone, 640);
  await pass(1);
  let number = 0;
  return {
    tab,
    steer: (move: Move, as = (number += 1)) => tab.ask('steer', { zone, number: as, move }),
    get hand() {
      return tab.heard('steering').at(-1)?.steering?.hand;
    },
  };
}

const kinds = () => asked.map(({ kind }) => kind);
const records = (action: string) =>
  signaling.records.filter((one) => one.kind === 'steering' && one.action === action);

test('a held key moves the camera, and it stops 1 s after the last word of it', async () => {
  const carla = await somebody('operator', 'Carla');
  expect(await carla.steer(right)).toEqual({ ok: true });
  await pass(900);
  await carla.steer(right);
  await pass(950);
  expect(asked).toEqual([right, right]);
  await pass(100);
  expect(asked).toEqual([right, right, stop]);
  await pass(5000);
  expect(asked).toHaveLength(3);
});

test('all who watch see who has the hand, and it is free 10 s after the last move', async () => {
  const [carla, dan] = [await somebody('operator', 'Carla'), await somebody('viewer', 'Dan')];
  await carla.steer({ kind: 'preset', preset: '1' });
  expect(carla.hand).toMatchObject({ name: 'Carla', mine: true });
  expect(dan.hand).toEqual({ name: 'Carla', mine: false, until: 10_000 });
  await pass(9900);
  expect(dan.hand).not.toBeNull();
  await pass(200);
  expect(dan.hand).toBeNull();
  expect(records('began')).toHaveLength(1);
  expect(records('ended')).toMatchObject([
    { actor: { name: 'Carla' }, zone, detail: { moves: 1, presets: ['crossing'] } },
  ]);
});

test('a lower or equal role is refused by name, a higher one takes the hand, and what moved stops first', async () => {
  const [carla, erik] = [await somebody('operator', 'Carla'), await somebody('installer', 'Erik')];
  const sue = await somebody('supervisor', 'Sue');
  await carla.steer(right);
  for (let tries = 0; tries < 3; tries += 1) {
    const refused = await erik.steer(left);
    expect(refused).toMatchObject({ ok: false, error: { code: 'hand-taken', retryAfter: 10_000 } });
    expect(refused).toMatchObject({
      error: { message: expect.stringContaining('Carla') as string },
    });
  }
  expect(records('refused')).toMatchObject([
    { actor: { name: 'Erik' }, detail: { holder: 'Carla' } },
  ]);
  await sue.steer(left);
  expect(asked).toEqual([right, stop, left]);
  expect(carla.hand).toMatchObject({ name: 'Sue', mine: false });
  expect(await carla.steer(right)).toMatchObject({ error: { code: 'hand-taken' } });
  expect(records('ended')).toMatchObject([{ detail: { reason: 'taken-over', by: 'Sue' } }]);
});

test('what comes late is not done, and a stop is not undone by it', async () => {
  const carla = await somebody('operator', 'Carla');
  await carla.steer(right, 5);
  await carla.steer(stop, 7);
  expect(await carla.steer(left, 6)).toEqual({ ok: true });
  await pass(3000);
  expect(asked).toEqual([right, stop]);
});

test('while the camera takes its time the newest move waits alone, and a stop goes at once', async () => {
  const carla = await somebody('operator', 'Carla');
  const answers: ((answer: unknown) => void)[] = [];
  take = () => new Promise((resolve) => answers.push(resolve));
  void carla.steer(right);
  await pass(1);
  const dropped = carla.steer(left);
  const newest = carla.steer({ ...left, tilt: 1 });
  await pass(1);
  expect(await dropped).toEqual({ ok: true });
  expect(asked).toEqual([right]);
  answers[0]?.({ ok: true });
  await pass(1);
  expect(asked).toEqual([right, { ...left, tilt: 1 }]);
  const waiting = carla.steer(left);
  const stopped = carla.steer(stop);
  await pass(1);
  expect(asked.at(-1)).toEqual(stop);
  for (const answer of answers) answer({ ok: true });
  expect(await Promise.all([waiting, newest, stopped])).toEqual(Array(3).fill({ ok: true }));
  await pass(3000);
  expect(kinds()).toEqual(['continuous', 'continuous', 'stop']);
});

test('it stops at once when the socket, the zone or the right of whoever steers is lost', async () => {
  for (const lose of [
    (tab: FakeTab) => tab.cut(),
    (tab: FakeTab) => tab.request('leave', {}),
    async () => {
      signaling.callers.set('Carla', callerOf('viewer', 'Carla'));
      signaling.sessions.recheck();
      await pass(200);
    },
  ]) {
    signaling.callers.clear();
    asked.length = 0;
    const carla = await somebody('operator', 'Carla');
    const dan = await somebody('viewer', 'Dan');
    await carla.steer(right);
    await lose(carla.tab);
    await pass(50);
    expect(asked).toEqual([right, stop]);
    expect(dan.hand).toBeNull();
    carla.tab.cut();
    dan.tab.cut();
    await pass(60_000);
  }
});

test('who may not, does not watch, or asks for what the camera cannot do is refused in its own way', async () => {
  const carla = await somebody('operator', 'Carla');
  const code = async (answer: Promise<unknown>): Promise<unknown> =>
    ((await answer) as { error?: { code: string } }).error?.code;
  expect(await code((await somebody('viewer', 'Dan')).steer(right))).toBe('forbidden');
  const outside = signaling.tab(callerOf('operator', 'Otto'));
  expect(await code(outside.ask('steer', { zone, number: 1, move: right }))).toBe('not-joined');
  expect(await code(carla.steer({ kind: 'home' }))).toBe('not-steerable');
  expect(await code(carla.steer({ kind: 'preset', preset: '9' }))).toBe('not-found');
  for (const pan of [Number.NaN, Infinity, 2, 1e300, '1' as unknown as number]) {
    expect(await code(carla.steer({ ...right, pan }))).toBe('invalid-request');
  }
  expect(await code(carla.steer(right, -1))).toBe('invalid-request');
  expect(asked).toEqual([]);
  expect(carla.hand).toBeNull();
  take = async () => ({ ok: false, reason: 'The camera refuses this.' });
  expect(await carla.steer(right)).toMatchObject({
    error: { code: 'not-steerable', message: 'The camera refuses this.' },
  });
});

test('a flood is refused, costs the camera 10 moves a second, and a stop gets through it', async () => {
  const carla = await somebody('operator', 'Carla');
  const answers = await Promise.all(Array.from({ length: 25 }, () => carla.steer(right)));
  const refused = answers.filter((answer) => !answer.ok);
  expect(refused).toHaveLength(15);
  expect(refused[0]).toMatchObject({ error: { code: 'throttled' } });
  await carla.steer(stop);
  expect(asked.length).toBeLessThanOrEqual(11);
  expect(asked.at(-1)).toEqual(stop);
});

test('a camera whose socket is lost can be steered by nobody, until it says again that it can', async () => {
  const carla = await somebody('operator', 'Carla');
  await carla.steer(right);
  camera.cut();
  expect(carla.tab.heard('steering').at(-1)).toEqual({ zone, steering: null });
  expect(await carla.steer(right)).toMatchObject({ error: { code: 'not-steerable' } });
  expect(records('ended')).toMatchObject([{ detail: { reason: 'camera-gone' } }]);
  camera.comeBack();
  await camera.request('claim', { zone, label: 'gate', masks: true });
  await camera.request('camera:steering', { steering: { ...able, at: '1' } });
  expect(carla.tab.heard('steering').at(-1)?.steering).toMatchObject({ at: '1', hand: null });
});

test('presets are changed by whoever steers, and where there are masks by whoever may draw those', async () => {
  const [carla, ada] = [
    await somebody('operator', 'Carla'),
    await somebody('administrator', 'Ada'),
  ];
  const save = { zone, change: { kind: 'save', name: 'gate' } } as const;
  expect(await carla.tab.ask('steer:presets', save)).toEqual({ ok: true });
  expect(records('preset-saved')).toMatchObject([
    { actor: { name: 'Carla' }, detail: { name: 'gate' } },
  ]);
  const points = [0, 0.5, 1].map((x) => ({ x, y: x / 2 }));
  signaling.zones.keep({ id: zone, listed: false, notice: null, masks: [{ points }] });
  expect(await carla.tab.ask('steer:presets', save)).toMatchObject({
    error: { code: 'forbidden' },
  });
  expect(await ada.tab.ask('steer:presets', save)).toEqual({ ok: true });
  const change = { kind: 'remove', preset: 'none' } as const;
  const answer = await ada.tab.ask('steer:presets', { zone, change });
  expect(answer).toMatchObject({ error: { code: 'not-found' } });
});
