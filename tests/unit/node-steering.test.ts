/** Steering across two nodes, without media: who steers is at one, the camera at the other. */
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NarrowLink } from '../../server/cluster/pipes/narrow-link.ts';
import { PipeCamera } from '../../server/cluster/pipes/pipe-camera.ts';
import { PipeViewer } from '../../server/cluster/pipes/pipe-viewer.ts';
import type { AuditEntry } from '../../server/contract/audit.ts';
import type { CameraSteering, Move } from '../../server/contract/steering.ts';
import { EdgeMessage, OwnerMessage } from '../../server/contract/pipe.ts';
import { OwnSteering } from '../../server/steering/own-steering.ts';
import { SteeringRecords } from '../../server/steering/records.ts';
import type { Steerer, SteeringNow } from '../../server/zones/steering.ts';
import { FakePipes, pipeChannels } from '../support/fake-pipes.ts';
import { FakeCamera, FakeViewer, fakeVideo, fakeZones } from '../support/fake-zone.ts';

const log = pino({ level: 'silent' });
const id = 'GATE-01';
const right: Move = { kind: 'continuous', pan: 1, tilt: 0, zoom: 0 };
const stop: Move = { kind: 'stop' };
const able: CameraSteering = {
  abilities: {
    ...{ continuous: true, relative: true, absolute: true, zoom: true, home: true },
    presets: 8,
  },
  ...{ presets: [], at: null, moving: false },
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (time: number): Promise<unknown> => vi.advanceTimersByTimeAsync(time);

class SteeringViewer extends FakeViewer {
  now: SteeringNow | null = null;

  steered(now: SteeringNow | null): void {
    this.now = now;
  }
}

/** A camera that can be turned, and somebody who watches it at another node. */
async function apart() {
  const [near, far] = pipeChannels();
  const [home, away] = [fakeZones().at(id), fakeZones().at(id)];
  const camera = new FakeCamera();
  home.claim(camera);
  home.connected(camera);
  home.publish(camera, fakeVideo(), 30);
  const asked: Move[] = [];
  const records: AuditEntry[] = [];
  const audit = {
    record: async (entry: AuditEntry) => void records.push(entry),
    recordEnd: (entry: AuditEntry) => void records.push(entry),
  };
  const steering = new OwnSteering(able, {
    zone: id,
    ask: async (_name, request) => {
      if ('move' in request) asked.push(request.move);
      return { ok: true };
    },
    changed: () => home.tellSteering(),
    records: new SteeringRecords(id, audit, log),
    figures: { moved: () => {}, answered: () => {}, handEnded: () => {} },
  });
  const pipes = new FakePipes();
  const viewer = new PipeViewer(home, { pipes, log, patience: 3000 });
  viewer.attach(near);
  const parts = { pipes, link: new NarrowLink(() => 0.5), log, patience: 3000 };
  const pipe = new PipeCamera(() => away, 'node-a', far, parts);
  await pass(1);
  home.steerable(camera, steering);
  const screen = new SteeringViewer();
  away.join(screen);
  await pass(1);
  const by = (name: string, rank: number): Steerer => ({
    ...{ id: name, name, rank, address: '192.0.2.7', via: screen },
    actor: { kind: 'person', id: name, name },
  });
  return { near, far, home, away, camera, steering, asked, records, screen, pipe, by };
}

test('who watches at another node sees how the camera is steered, and steers it; its node is told who', async () => {
  const { away, asked, records, screen, by, near, far, steering } = await apart();
  expect(screen.now).toMatchObject({ ...able, hand: null });
  await away.steering?.steer(by('Carla', 1), 1, right);
  expect(asked).toEqual([right]);
  await pass(1);
  expect(screen.now?.hand).toMatchObject({ holder: 'Carla', name: 'Carla' });
  expect(records).toMatchObject([
    { action: 'began', actor: { name: 'Carla' }, address: '192.0.2.7' },
  ]);
  const refused = steering.steer({ ...by('Dan', 1), via: {} }, 1, right);
  await expect(refused).rejects.toMatchObject({ code: 'hand-taken' });
  await steering.steer({ ...by('Sue', 2), via: {} }, 1, right);
  await pass(1);
  expect(screen.now?.hand).toMatchObject({ name: 'Sue' });
  const again = away.steering?.steer(by('Carla', 1), 2, right);
  await expect(again).rejects.toMatchObject({
    code: 'hand-taken',
    retryAfter: expect.any(Number) as number,
  });
  for (const said of near.said) expect(OwnerMessage.safeParse(said).success).toBe(true);
  for (const said of far.said) expect(EdgeMessage.safeParse(said).success).toBe(true);
});

test('it stops when who steers has gone from there, and when the line between the nodes is lost', async () => {
  const { away, far, near, asked, screen, by } = await apart();
  await away.steering?.steer(by('Carla', 1), 5, right);
  away.leave(screen);
  await pass(1);
  expect(asked).toEqual([right, stop]);
  away.join(screen);
  // A page that was loaded again counts from the beginning.
  await away.steering?.steer(by('Carla', 1), 1, right);
  expect(asked).toEqual([right, stop, right]);
  far.ended('lost');
  near.ended('lost');
  await pass(1);
  expect(asked).toEqual([right, stop, right, stop]);
  expect(screen.now).toBeNull();
  expect(away.steering).toBeUndefined();
});

test('a camera that can be turned no more is so at every node, and who waits for an answer is told', async () => {
  const { home, away, camera, screen, by } = await apart();
  const late = away.steering?.steer(by('Carla', 1), 1, { kind: 'home' });
  home.end(camera);
  await expect(late).rejects.toMatchObject({ code: 'not-steerable' });
  expect(screen.now).toBeNull();
  expect(away.steering).toBeUndefined();
});
