/** Steering at the gateway over a camera in memory: order, what ends by itself, where the camera stands, and its troubles. */
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Steering } from '../../gateway/steering/steering.ts';
import type {
  Look,
  MoveGuard,
  PlacedPreset,
  RealMove,
  Steerable,
} from '../../gateway/steering/steerable.ts';
import type { CameraSteering, Move } from '../../server/contract/steering.ts';

const right: Move = { kind: 'continuous', pan: 0.5, tilt: 0, zoom: 0 };
const left: Move = { ...right, pan: -0.5 };
const stop: Move = { kind: 'stop' };
const goto = (preset: string): Move => ({ kind: 'preset', preset });

class FakeMotor implements Steerable {
  readonly done: (RealMove | { kind: 'stop' })[] = [];
  presetsNow: PlacedPreset[] = [{ token: '1', name: 'crossing' }];
  says: Look = { moving: false };
  looks = 0;
  isPtz = true;
  /** Held up until it is called. */
  hold: (() => Promise<void>) | undefined;
  away = false;

  async facts() {
    if (this.away) throw new Error('it is away');
    const abilities = {
      ...{ continuous: true, relative: true, absolute: true, zoom: true, home: true },
      presets: 8,
    };
    return this.isPtz ? { abilities, presets: this.presetsNow } : undefined;
  }

  async presets() {
    return this.presetsNow;
  }

  async move(move: RealMove): Promise<void> {
    this.done.push(move);
    await this.hold?.();
    if (this.away) throw new Error('no whole answer in 2 s');
  }

  async stop(): Promise<void> {
    this.done.push({ kind: 'stop' });
  }

  async look(): Promise<Look> {
    this.looks += 1;
    if (this.away) throw new Error('it is away');
    return this.says;
  }

  async savePreset(name: string, token = String(this.presetsNow.length + 1)): Promise<void> {
    this.presetsNow = [...this.presetsNow.filter((one) => one.token !== token), { token, name }];
  }

  async removePreset(token: string): Promise<void> {
    this.presetsNow = this.presetsNow.filter((one) => one.token !== token);
  }
}

let motor: FakeMotor;
let steering: Steering;
let told: (CameraSteering | null)[];
let number: number;

beforeEach(() => {
  vi.useFakeTimers();
  motor = new FakeMotor();
  number = 0;
});
afterEach(async () => {
  const closed = steering.close();
  await pass(5000);
  await closed;
  vi.useRealTimers();
});

const pass = (time: number): Promise<unknown> => vi.advanceTimersByTimeAsync(time);
const kinds = () => motor.done.map(({ kind }) => kind);

async function begin(guard?: MoveGuard): Promise<void> {
  told = [];
  steering = new Steering({
    ...{ camera: motor, guard, log: pino({ level: 'silent' }) },
    tell: (state) => told.push(state),
  });
  steering.start();
  steering.watched = true;
  await pass(10);
}
const move = (asked: Move, as = (number += 1)) => steering.answer({ number: as, move: asked });

test('a held key is told to the camera no more often than its end by itself asks for', async () => {
  await begin();
  for (let at = 0; at < 10; at += 1) {
    expect(await move(right)).toEqual({ ok: true });
    await pass(300);
  }
  expect(motor.done.length).toBeLessThanOrEqual(6);
  expect(motor.done.length).toBeGreaterThanOrEqual(3);
  await move(left);
  expect(motor.done.at(-1)).toEqual(left);
  await pass(1400);
  expect(motor.done.at(-1)).toEqual(stop);
});

test('a stop does not wait for a move that hangs, comes again after it, and undoes what waited', async () => {
  await begin();
  let go = (): void => {};
  motor.hold = () => new Promise((resolve) => (go = resolve));
  const moved = move(right);
  await pass(1);
  const waited = move(left);
  const stopped = move(stop);
  await pass(1);
  expect(kinds()).toEqual(['continuous', 'stop']);
  go();
  expect(await Promise.all([moved, waited, stopped])).toEqual(Array(3).fill({ ok: true }));
  expect(kinds()).toEqual(['continuous', 'stop', 'stop']);
});

test('a move with a smaller number is not done', async () => {
  await begin();
  await move(right, 5);
  await move(stop, 7);
  await move(left, 6);
  expect(kinds()).toEqual(['continuous', 'stop']);
});

test('it stops when its server is lost, and begins anew with another one', async () => {
  await begin();
  await move(right, 40);
  steering.unheld();
  await pass(10);
  expect(kinds()).toEqual(['continuous', 'stop']);
  await move(left, 1);
  expect(motor.done.at(-1)).toEqual(left);
});

test('it stops when the gateway ends', async () => {
  await begin();
  await move(right);
  await steering.close();
  expect(motor.done.at(-1)).toEqual(stop);
});

test('the picture is covered before a move leaves, and what was stopped meanwhile never does', async () => {
  let cover = (): void => {};
  const guard: MoveGuard = {
    ...{ covered: 'moving', every: 400, saw: () => {}, tellFacts: () => {} },
    ...{ presetChanged: () => {}, beforeMove: () => new Promise((resolve) => (cover = resolve)) },
  };
  await begin(guard);
  void move(goto('1'));
  await pass(100);
  expect(motor.done).toEqual([]);
  cover();
  await pass(1);
  expect(kinds()).toEqual(['preset']);
  void move(right);
  await pass(1);
  void move(stop);
  await pass(1);
  cover();
  await pass(10);
  expect(kinds()).not.toContain('continuous');
  expect(steering.now).toMatchObject({ covered: 'moving' });
  const before = motor.looks;
  await pass(4000);
  expect(motor.looks - before).toBeGreaterThanOrEqual(9);
});

test('it stands at a preset when it has come there, and no more when it is turned', async () => {
  await begin();
  motor.says = { moving: true };
  await move(goto('1'));
  await pass(2000);
  expect(told.at(-1)).toMatchObject({ at: null, moving: true });
  expect(motor.looks).toBeGreaterThanOrEqual(7);
  motor.says = { moving: false };
  await pass(1000);
  expect(told.at(-1)).toMatchObject({ at: '1', moving: false });
  await move(right);
  expect(told.at(-1)).toMatchObject({ at: null, moving: true });
  await move(stop);
  await pass(2000);
  expect(told.at(-1)).toMatchObject({ at: null, moving: false });
});

test('where it tells positions, presets are known by them, and moves of others are seen', async () => {
  const position = { pan: 0.2, tilt: 0, zoom: 0 };
  motor.presetsNow = [{ token: '1', name: 'crossing', position }];
  motor.says = { moving: false, position };
  await begin();
  expect(told.at(-1)).toMatchObject({ at: '1' });
  motor.says = { moving: false, position: { ...position, pan: 0.9 } };
  await pass(5100);
  expect(told.at(-1)).toMatchObject({ at: null });
});

test('a camera that tells neither is taken to move for a while', async () => {
  motor.says = {};
  await begin();
  await move(goto('1'));
  await pass(4000);
  expect(told.at(-1)).toMatchObject({ moving: true, at: null });
  await pass(2000);
  expect(told.at(-1)).toMatchObject({ moving: false, at: '1' });
});

test('a camera that cannot be turned is not asked again; one that is away is, and says so', async () => {
  motor.isPtz = false;
  await begin();
  await pass(60_000);
  expect(told.every((state) => state === null)).toBe(true);
  expect(motor.looks).toBe(0);
  await steering.close();
  motor.isPtz = true;
  await begin();
  motor.away = true;
  expect(await move(right)).toMatchObject({ ok: false });
  await pass(30_000);
  expect(told.at(-1)).toBeNull();
  expect(await move(right)).toMatchObject({ ok: false, reason: expect.any(String) as string });
  motor.away = false;
  await pass(16_000);
  expect(told.at(-1)).toMatchObject({ moving: false });
});

test('presets are saved, named where they are, and removed', async () => {
  await begin();
  const change = (asked: object) =>
    steering.answer({ number: (number += 1), change: asked } as never);
  expect(await change({ kind: 'save', name: 'gate' })).toEqual({ ok: true });
  expect(told.at(-1)).toMatchObject({ at: '2', presets: [{}, { token: '2', name: 'gate' }] });
  expect(await change({ kind: 'rename', preset: '1', name: 'x' })).toMatchObject({ ok: false });
  expect(await change({ kind: 'rename', preset: '2', name: 'north' })).toEqual({ ok: true });
  expect(await change({ kind: 'remove', preset: '1' })).toEqual({ ok: true });
  expect(told.at(-1)).toMatchObject({ presets: [{ token: '2', name: 'north' }] });
});
