/** A camera in a masked zone whose ONVIF is silent: covered unless it is known that nothing turns it, and the row says why. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Memory } from '../../gateway/memory.ts';
import type { Steerable, SteerableFacts } from '../../gateway/steering/steerable.ts';
import { SiteCamera } from '../../server/contract/gateway.ts';
import { FakeCamera, mainFacts, subFacts } from '../support/fake-camera.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const masks = [{ points: [0, 1, 2].map((at) => ({ x: at / 2, y: at % 2 })) }];
const dome: SteerableFacts = {
  abilities: {
    ...{ continuous: true, relative: true, absolute: true, zoom: true, home: true },
    presets: 0,
  },
  presets: [],
};

/** @param says what it answers when it is asked what it can; undefined for one that nothing turns */
async function masked(says: SteerableFacts | 'silence' | undefined, isFixed = false) {
  const answer = { says };
  const steerable = {
    async facts() {
      if (answer.says === 'silence') throw new Error('The camera does not answer.');
      return answer.says;
    },
    look: async () => ({}),
    presets: async () => [],
    stop: async () => {},
  } as Partial<Steerable> as Steerable;
  const learn = vi.fn();
  const parts = { device: { steerable }, turning: { isFixed, learn } };
  const camera = new FakeCamera({}, parts);
  camera.answer = { main: mainFacts, sub: subFacts };
  camera.life.start();
  await vi.advanceTimersByTimeAsync(100);
  await camera.upload?.events.masks(masks);
  await vi.advanceTimersByTimeAsync(20_000);
  return { camera, answer, learn };
}

test('while nobody knows whether it turns it is covered, and its row says why; until it says that nothing turns it', async () => {
  const { camera, answer, learn } = await masked('silence');
  const coverable = (): boolean => camera.covered.main === Infinity && camera.coverable;
  expect(coverable()).toBe(true);
  expect(camera.life.report.covered).toBe('The camera does not answer.');
  answer.says = undefined;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(coverable()).toBe(false);
  expect(camera.life.report.covered).toBeUndefined();
  expect(learn).toHaveBeenLastCalledWith(true);
  await camera.life.close();
});

test('one that has said before that nothing turns it is seen while it is silent, and covered when it says otherwise', async () => {
  const { camera, answer, learn } = await masked('silence', true);
  expect(camera.coverable).toBe(false);
  expect(camera.life.report.covered).toBeUndefined();
  answer.says = dome;
  await vi.advanceTimersByTimeAsync(15_000);
  expect([camera.coverable, camera.covered.main]).toEqual([true, Infinity]);
  expect(learn).toHaveBeenLastCalledWith(false);
  await camera.life.close();
});

test('what it has said is kept for the camera at these addresses, and forgotten with it', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'known-turning-'));
  try {
    const camera = SiteCamera.parse({
      ...{ name: 'gate', zone: 'GATE-01', url: 'rtsp://10.0.0.9/main' },
      onvif: { url: 'http://10.0.0.9/onvif/device_service' },
    });
    const begin = (): Memory => new Memory(folder, pino({ level: 'silent' }));
    const first = begin();
    expect(first.turningOf(camera).isFixed).toBe(false);
    first.turningOf(camera).learn(true);
    first.flush();
    const next = begin();
    expect(next.turningOf(camera).isFixed).toBe(true);
    const other = { url: 'http://10.0.0.8/onvif/device_service' };
    expect(next.turningOf({ ...camera, onvif: other }).isFixed).toBe(false);
    expect(next.turningOf({ ...camera, url: 'rtsp://10.0.0.8/main' }).isFixed).toBe(false);
    next.keepOnly(new Set());
    expect(begin().turningOf(camera).isFixed).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
