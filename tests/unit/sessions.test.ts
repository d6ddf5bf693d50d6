/** Signalling over an SFU in memory: what otherwise takes real media workers and real seconds. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Caller } from '../../server/access/caller.ts';
import type { Grant } from '../../server/contract/access.ts';
import { RefusedError } from '../../server/contract/errors.ts';
import type { Masks } from '../../server/contract/privacy.ts';
import { FakeSignaling, type FakeTab, tileOf } from '../support/fake-sessions.ts';
import { rtpCapabilities } from '../support/client.ts';

const zone = 'A-1';
const masks: Masks = [{ points: [0, 0.5, 1].map((x) => ({ x, y: x / 2 })) }];

let signaling: FakeSignaling;
beforeEach(() => {
  vi.useFakeTimers();
  signaling = new FakeSignaling();
});
afterEach(() => {
  signaling.close();
  vi.useRealTimers();
});

/** Time passes; the camera's media comes meanwhile, if it sends. */
async function pass(time: number, sends = false): Promise<void> {
  for (let at = 0; at < time; at += 250) {
    if (sends) signaling.media.cameras.at(-1)?.send();
    await vi.advanceTimersByTimeAsync(250);
  }
}

const states = (tab: FakeTab) => tab.heard('zone:changed').map((notice) => notice.zone.camera);
const keep = (held: Masks): void =>
  signaling.zones.keep({ id: zone, listed: false, notice: null, masks: held });

/** A camera of three layers, and a viewer in a tile that needs only the smallest. */
async function filmed() {
  const [camera, viewer] = [signaling.tab(), signaling.tab()];
  const producerId = await camera.film(zone);
  const { consumers } = await viewer.watch(zone, 320);
  const [consumer] = signaling.media.viewers[0]?.consumers ?? [];
  if (!consumer) throw new Error('the viewer was given no consumer');
  return { camera, viewer, producerId, consumers, consumer };
}

test('viewers hear at once that a camera has fallen silent, and that it is back', async () => {
  const { viewer } = await filmed();
  await pass(1000, true);
  expect(states(viewer).at(-1)).toBe('streaming');
  await pass(2500);
  expect(states(viewer).at(-1)).toBe('stalled');
  await pass(500, true);
  expect(states(viewer).at(-1)).toBe('streaming');
});

test('a camera that can is asked for the key pictures that viewers need, and any other is not told', async () => {
  const [able, unable] = [signaling.tab(), signaling.tab()];
  for (const [camera, of, keyFrames] of [
    [able, zone, true],
    [unable, 'B-1', false],
  ] as const) {
    await camera.film(of);
    const { id: transportId, producers } = signaling.media.cameras.at(-1)!;
    const claimed = { zone: of, label: 'gate', masks: true, transportId };
    await camera.request('claim', { ...claimed, keyFrames });
    for (let asked = 0; asked < 20; asked += 1) {
      producers[0]?.keyWishes.want(0);
      await vi.advanceTimersByTimeAsync(40);
    }
    producers[0]?.keyWishes.want(2);
  }
  expect(able.heard('key:wanted')).toEqual([
    { zone, layer: 0 },
    { zone, layer: 2 },
  ]);
  expect(unable.heard('key:wanted')).toEqual([]);
});

test('a camera whose socket is cut films on, and ends 1 s after its last packet', async () => {
  const { camera, viewer, consumers } = await filmed();
  await pass(1000, true);
  camera.cut();
  await pass(60_000, true);
  expect(states(viewer).at(-1)).toBe('streaming');
  expect(viewer.heard('producer:gone')).toEqual([]);
  await pass(1500);
  expect(states(viewer).at(-1)).toBe('idle');
  expect(viewer.heard('producer:gone')).toEqual([{ zone, consumerIds: [consumers[0]?.id] }]);
  expect(signaling.media.cameras.map(({ closed }) => closed)).toEqual([true]);
  expect(signaling.records.at(-1)).toMatchObject({ kind: 'filming', action: 'ended', zone });
  // It comes back as if it were new.
  camera.comeBack();
  await camera.film(zone);
  expect(viewer.heard('producer:live')).toHaveLength(1);
});

test('a camera that comes back in time finds all that it sends', async () => {
  const { camera, producerId } = await filmed();
  await pass(1000, true);
  const [connection] = signaling.media.cameras;
  camera.cut();
  await pass(5000, true);
  camera.comeBack();
  const claimed = await camera.request('claim', {
    ...{ zone, label: 'gate', masks: true },
    transportId: connection?.id,
  });
  expect(claimed.transport).toBeUndefined();
  expect(claimed.producers).toEqual([{ id: producerId, kind: 'video' }]);
  await pass(60_000, true);
  expect(camera.heard('session:ended')).toEqual([]);
});

test('a viewer whose socket is cut keeps its media for the grace time, and no longer', async () => {
  const { viewer } = await filmed();
  const [connection] = signaling.media.viewers;
  viewer.cut();
  await pass(19_000, true);
  expect(connection?.closed).toBe(false);
  await pass(2000, true);
  expect(connection?.closed).toBe(true);
  expect(signaling.zones.find(zone)?.summary.viewers).toBe(0);
});

test('a tile that grows gets a second consumer, and keeps the first one until that flows', async () => {
  const { camera, viewer, producerId, consumer } = await filmed();
  await pass(15_000, true);
  expect(camera.heard('layers:wanted').at(-1)).toEqual({ highest: 0 });
  await viewer.view(zone, 1280);
  expect(camera.heard('layers:wanted').at(-1)).toEqual({ highest: 2 });
  const [live] = viewer.heard('producer:live');
  const [, second] = signaling.media.viewers[0]?.consumers ?? [];
  expect(live?.consumers).toMatchObject([{ id: second?.parameters.id, producerId }]);
  expect(second?.layers).toEqual([2]);
  expect(consumer.closed).toBe(false);
  expect(consumer.layers).toEqual([0]);
  await viewer.request('consumer:resume', { consumerIds: [second?.parameters.id ?? ''] });
  expect(second?.isReady).toBe(true);
  second?.flow();
  await pass(250, true);
  expect(viewer.heard('producer:gone')).toEqual([{ zone, consumerIds: [consumer.parameters.id] }]);
  expect(consumer.closed).toBe(true);
});

test('a layer that is sent already is shown by the consumer that there is', async () => {
  const { viewer, consumer } = await filmed();
  const other = signaling.tab();
  await other.watch(zone, 1280);
  await pass(15_000, true);
  await viewer.view(zone, 1280);
  expect(consumer.layers).toEqual([0, 2]);
  expect(viewer.heard('producer:live')).toEqual([]);
});

test('a tile that grows twice before the first layer flows has one second consumer', async () => {
  const { viewer } = await filmed();
  await pass(15_000, true);
  await viewer.view(zone, 640);
  await viewer.view(zone, 1280);
  expect(signaling.media.viewers[0]?.consumers).toHaveLength(2);
});

test.each([
  ['small again', 320],
  ['hidden', 0],
])('a tile that is %s before the new layer flows goes on with what it had', async (_how, width) => {
  const { viewer, consumer } = await filmed();
  await pass(15_000, true);
  await viewer.view(zone, 1280);
  await viewer.view(zone, width);
  const [, second] = signaling.media.viewers[0]?.consumers ?? [];
  expect(second?.closed).toBe(true);
  expect(viewer.heard('producer:gone')).toEqual([{ zone, consumerIds: [second?.parameters.id] }]);
  expect(consumer.closed).toBe(false);
  expect(consumer.layers.at(-1)).toBe(width > 0 ? 0 : null);
  await viewer.view(zone, 1280);
  expect(signaling.media.viewers[0]?.consumers).toHaveLength(width > 0 ? 3 : 2);
});

test('both consumers of a growing tile are told to whoever asks again for what it watches', async () => {
  const { viewer, consumer } = await filmed();
  await pass(15_000, true);
  await viewer.view(zone, 1280);
  const [, second] = signaling.media.viewers[0]?.consumers ?? [];
  const { consumers } = await viewer.request('watch', {
    tiles: [tileOf(zone, 1280)],
    rtpCapabilities: rtpCapabilities as never,
    transportId: signaling.media.viewers[0]?.id,
  });
  expect(consumers.map(({ id }) => id)).toEqual(
    [consumer, second].map((one) => one?.parameters.id),
  );
});

test('the second consumer of a growing tile cannot be had: the first one rises, later', async () => {
  const { viewer, consumer } = await filmed();
  await pass(15_000, true);
  const [connection] = signaling.media.viewers;
  if (connection) connection.failure = new Error('no way there');
  await viewer.view(zone, 1280);
  expect(consumer.layers).toEqual([0, 2]);
  expect(viewer.heard('producer:refused')).toEqual([]);
});

test('new masks are confirmed by a claim within 4 s, else the camera is cut off', async () => {
  const { camera, viewer } = await filmed();
  await pass(1000, true);
  keep(masks);
  expect(camera.heard('masks:changed')).toEqual([{ zone, masks }]);
  await pass(3000, true);
  const transportId = signaling.media.cameras[0]?.id;
  const again = { zone, label: 'gate', masks: true, transportId };
  expect(await camera.request('claim', again)).toMatchObject({ masks });
  await pass(20_000, true);
  expect(states(viewer).at(-1)).toBe('streaming');
  keep([]);
  await pass(4500, true);
  expect(states(viewer).at(-1)).toBe('idle');
  expect(signaling.media.cameras[0]?.closed).toBe(true);
});

test('masks that change while a camera claims are in its answer, and need no other claim', async () => {
  const camera = signaling.tab();
  const claiming = camera.request('claim', { zone, label: 'gate', masks: true });
  keep(masks);
  expect((await claiming).masks).toEqual(masks);
});

test('a camera that cannot burn masks in is told why it is ended, and may not come back', async () => {
  const camera = signaling.tab();
  await camera.film(zone, { masks: false });
  keep(masks);
  expect(camera.heard('session:ended')).toMatchObject([{ code: 'masks-required' }]);
  const again = await camera.ask('claim', { zone, label: 'gate', masks: false });
  expect(again).toMatchObject({ ok: false, error: { code: 'masks-required' } });
});

const person = (id: string, ...grants: Grant[]): Caller => ({
  principal: { kind: 'person', id, name: id, grants },
  via: { kind: 'sign-in', id: `sign-in-${id}` },
});

test('a right that is withdrawn ends what is done with it, within a second', async () => {
  const ada = person('ada', { role: 'operator', zones: '*' });
  const viewer = signaling.tab(ada);
  const camera = signaling.tab(person('gate', { role: 'camera', zones: 'A-*' }));
  await camera.film(zone);
  const tiles = [tileOf(zone, 320), tileOf('B-1', 320)];
  await viewer.request('watch', { tiles, rtpCapabilities: rtpCapabilities as never });
  signaling.callers.set('ada', person('ada', { role: 'operator', zones: 'B-*' }));
  signaling.callers.set('gate', person('gate', { role: 'camera', zones: 'B-*' }));
  signaling.sessions.recheck();
  await pass(500, true);
  expect(viewer.heard('zones:withdrawn')).toEqual([{ zones: [zone] }]);
  expect(camera.heard('session:ended')).toMatchObject([{ code: 'forbidden' }]);
  expect(signaling.zones.find('B-1')?.summary.viewers).toBe(1);
  expect(signaling.media.viewers[0]?.consumers.map(({ closed }) => closed)).toEqual([true]);
  const again = await viewer.ask('watch', {
    ...{ tiles: [tileOf(zone, 320)], rtpCapabilities: rtpCapabilities as never },
  });
  expect(again).toMatchObject({ ok: false, error: { code: 'forbidden' } });
});

test('a sign-in that has ended ends all its sessions, and is told so', async () => {
  const ada = person('ada', { role: 'operator', zones: '*' });
  const [first, second] = [signaling.tab(ada), signaling.tab(ada)];
  await first.watch(zone, 320);
  await second.watch('B-1', 320);
  signaling.callers.set('ada', undefined);
  signaling.sessions.recheck();
  await pass(500);
  for (const tab of [first, second]) {
    expect(tab.heard('session:ended')).toMatchObject([{ code: 'unauthenticated' }]);
  }
  expect(signaling.media.viewers.every(({ closed }) => closed)).toBe(true);
  expect(signaling.zones.list()).toEqual([]);
});

test('a window that lost its place while its socket was cut does not take it from the later one', async () => {
  const gate: Caller = {
    principal: { kind: 'key', id: 'gate', name: 'gate', grants: [{ role: 'camera', zones: '*' }] },
    via: { kind: 'sign-in', id: 'device' },
  };
  const [earlier, later] = [signaling.tab(gate), signaling.tab(gate)];
  await earlier.film(zone);
  await pass(1000, true);
  earlier.cut();
  await later.film(zone);
  earlier.comeBack();
  const again = await earlier.ask('claim', { zone, label: 'gate', masks: true });
  expect(again).toMatchObject({ ok: false, error: { code: 'zone-occupied' } });
  expect(later.heard('session:ended')).toEqual([]);
});

test('a server that drains moves cameras first, keeps what there is, and takes nobody new', async () => {
  const { camera, viewer } = await filmed();
  const newcomer = signaling.tab();
  let drained = false;
  void signaling.sessions.drain().then(() => (drained = true));
  await pass(500, true);
  expect(camera.heard('server:draining')).toHaveLength(1);
  expect(viewer.heard('server:draining')).toHaveLength(0);
  await pass(250, true);
  expect(viewer.heard('server:draining')).toHaveLength(1);
  const refused = await newcomer.ask('claim', { zone: 'B-1', label: '', masks: true });
  expect(refused).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  // The viewer keeps the last frame of a camera that has moved ahead.
  await camera.request('leave', {});
  expect(viewer.heard('producer:gone')).toEqual([]);
  await pass(1000);
  expect(drained).toBe(false);
  await viewer.request('leave', {});
  await pass(1000);
  expect(drained).toBe(true);
});

test('a server that drains names a node to each, and refuses nobody without one', async () => {
  signaling.close();
  const nodes = ['b', 'c'];
  let named = 0;
  signaling = new FakeSignaling({}, () => nodes[(named += 1) % nodes.length]);
  const { camera, viewer } = await filmed();
  const newcomer = signaling.tab();
  void signaling.sessions.drain();
  await pass(750, true);
  expect(camera.heard('server:draining')).toEqual([{ node: 'c' }]);
  const others = [...viewer.heard('server:draining'), ...newcomer.heard('server:draining')];
  expect(others).toEqual([{ node: 'b' }, { node: 'c' }]);
  const unavailable = {
    ok: false,
    error: { code: 'unavailable', node: expect.stringMatching(/b|c/) },
  };
  const claimed = await newcomer.ask('claim', { zone: 'B-1', label: '', masks: true });
  expect(claimed).toMatchObject(unavailable);
  // What is watched is watched until its viewer has gone; another zone is for the other nodes.
  const watched = { rtpCapabilities, tiles: [tileOf(zone, 640)] };
  expect(await viewer.ask('watch', watched)).toMatchObject({ ok: true });
  const wider = { rtpCapabilities, tiles: [tileOf(zone, 640), tileOf('B-1', 640)] };
  expect(await viewer.ask('watch', wider)).toMatchObject(unavailable);
});

test('a client that does not move holds a drain up for no longer than it may', async () => {
  await filmed();
  let drained = false;
  void signaling.sessions.drain().then(() => (drained = true));
  await pass(299_000, true);
  expect(drained).toBe(false);
  await pass(2500, true);
  expect(drained).toBe(true);
});

test('camera and viewers of a media worker that died are told to come back', async () => {
  const { camera, viewer } = await filmed();
  for (const connection of [...signaling.media.cameras, ...signaling.media.viewers]) {
    connection.lose('worker-died');
  }
  expect(camera.heard('rejoin')).toEqual([{ reason: 'media-worker-died' }]);
  expect(viewer.heard('rejoin')).toEqual([{ reason: 'media-worker-died' }]);
  expect(signaling.zones.find(zone)?.feed).toEqual([]);
  await camera.film(zone);
  await viewer.watch(zone, 320);
  expect(signaling.media.viewers.at(-1)?.consumers).toHaveLength(1);
});

test('a feed that the server fails at is refused by itself, and tried again until it comes', async () => {
  const { camera, viewer } = await filmed();
  const [connection] = signaling.media.viewers;
  if (!connection) throw new Error('the viewer has no connection');
  connection.failure = new Error('no way there');
  await camera.request('leave', {});
  await camera.film(zone);
  await pass(0);
  expect(viewer.heard('producer:refused')).toMatchObject([
    { refused: [{ zone, code: 'internal' }] },
  ]);
  await pass(2500, true);
  connection.failure = undefined;
  expect(viewer.heard('producer:live')).toEqual([]);
  await pass(2000, true);
  expect(viewer.heard('producer:live')).toHaveLength(1);
});

test('what a viewer cannot decode is not tried again, and keeps no camera awake', async () => {
  const [camera, viewer] = [signaling.tab(), signaling.tab()];
  await viewer.watch(zone, 1280);
  const [connection] = signaling.media.viewers;
  if (connection)
    connection.failure = new RefusedError('unsupported-media', 'It cannot decode it.');
  await camera.film(zone);
  await pass(15_000, true);
  expect(viewer.heard('producer:refused')).toHaveLength(1);
  expect(camera.heard('layers:wanted').at(-1)).toEqual({ highest: null });
});

test('a consumer that breaks is taken back, and comes again', async () => {
  const { viewer, consumer } = await filmed();
  consumer.onBroken(new RefusedError('unavailable', 'The media worker does not answer.'));
  expect(viewer.heard('producer:gone')).toEqual([{ zone, consumerIds: [consumer.parameters.id] }]);
  expect(viewer.heard('producer:refused')).toMatchObject([{ refused: [{ code: 'unavailable' }] }]);
  await pass(1250, true);
  expect(viewer.heard('producer:live')).toHaveLength(1);
});

test('of two cameras that claim a zone at one moment, one has it', async () => {
  const cameras = [signaling.tab(), signaling.tab()];
  const answers = await Promise.all(
    cameras.map((camera) => camera.ask('claim', { zone, label: 'gate', masks: true })),
  );
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(answers.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'zone-occupied' } });
  // The other one holds nothing that other nodes would wait for.
  expect(signaling.held).toBe(1);
});

test('a camera wakes for a viewer only once that can receive', async () => {
  const [camera, viewer] = [signaling.tab(), signaling.tab()];
  await camera.film(zone);
  await pass(15_000, true);
  expect(camera.heard('layers:wanted')).toEqual([{ highest: null }]);
  const { transport } = await viewer.request('watch', {
    ...{ tiles: [tileOf(zone, 640)], rtpCapabilities: rtpCapabilities as never },
  });
  await pass(1000);
  expect(camera.heard('layers:wanted')).toHaveLength(1);
  signaling.media.viewers.find(({ id }) => id === transport?.id)?.up();
  expect(camera.heard('layers:wanted').at(-1)).toEqual({ highest: 1 });
});

test('everybody hears of zones that came and went, together; those inside hear of the camera at once', async () => {
  const { camera, viewer } = await filmed();
  const stranger = signaling.tab();
  expect(stranger.heard('zones')).toMatchObject([{ zones: [{ id: zone, viewers: 1 }] }]);
  await pass(500, true);
  const before = stranger.heard('zones:changed').length;
  await camera.request('leave', {});
  expect(states(viewer).at(-1)).toBe('idle');
  expect(stranger.heard('zones:changed')).toHaveLength(before);
  await viewer.request('leave', {});
  await pass(250);
  // It was filmed, so it stays, and says since when its camera is missed.
  expect(stranger.heard('zones:changed').slice(before)).toEqual([
    {
      changed: [
        {
          ...{ id: zone, camera: 'idle', label: '', viewers: 0 },
          ...{ expected: true, lastSeen: expect.any(Number) },
        },
      ],
      gone: [],
    },
  ]);
  expect(signaling.media.forgotten).toContain(zone);
});

test('a session that another window takes over is told so, and what it asked before does nothing', async () => {
  const { viewer } = await filmed();
  const former = viewer.ask('leave', {});
  viewer.comeBack();
  expect(await former).toMatchObject({ ok: false, error: { code: 'session-replaced' } });
  expect(viewer.heard('session:ended')).toMatchObject([{ code: 'session-replaced' }]);
  expect(signaling.zones.find(zone)?.summary.viewers).toBe(1);
});

const capacity = () => signaling.capacity;
const refusal = new RefusedError('unavailable', 'This node is full; b takes new viewers.', 'b');
const watch = (tab: FakeTab, zones: string[], more: { wall?: boolean; focused?: boolean } = {}) =>
  tab.ask('watch', {
    tiles: zones.map((id) => ({ ...tileOf(id, 1280), focused: more.focused ?? false })),
    rtpCapabilities: rtpCapabilities as never,
    wall: more.wall,
  });
const zones = (count: number, from = 1) =>
  Array.from({ length: count }, (_, at) => `Z-${from + at}`);
const caller = (kind: 'person' | 'key', ...grants: Grant[]): Caller => ({
  principal: { kind, id: JSON.stringify(grants), name: 'P', grants },
  via: { kind: 'sign-in', id: 's' },
});

test('a node that is full refuses who begins, and says where to go; what flows goes on', async () => {
  const { viewer, consumer } = await filmed();
  const other = signaling.tab();
  capacity().refusal = refusal;
  const refused = { ok: false, error: { code: 'unavailable', node: 'b' } };
  expect(await watch(other, [zone])).toMatchObject(refused);
  expect(await other.ask('claim', { zone: 'B-1', label: '', masks: true })).toMatchObject(refused);
  expect(signaling.zones.find(zone)?.summary.viewers).toBe(1);
  expect(signaling.zones.has('B-1')).toBe(false);
  // Whoever is inside may look elsewhere, and at a few more; not at many.
  expect(await watch(viewer, ['B-2'])).toMatchObject({ ok: true });
  expect(await watch(viewer, zones(5))).toMatchObject({ ok: true });
  expect(await watch(viewer, zones(6))).toMatchObject(refused);
  expect(signaling.zones.find('Z-5')?.summary.viewers).toBe(1);
  expect(signaling.zones.has('Z-6')).toBe(false);
  expect(consumer.closed).toBe(true); // By the change of zone alone.
  viewer.cut();
  await pass(1000);
  viewer.comeBack();
  expect(await watch(viewer, zones(5))).toMatchObject({ ok: true });
});

test('a session does not grow step by step past what it was let in with', async () => {
  const wall = signaling.tab();
  await watch(wall, zones(16));
  expect(await watch(wall, zones(4))).toMatchObject({ ok: true });
  capacity().refusal = refusal;
  expect(await watch(wall, zones(16))).toMatchObject({ ok: true });
  expect(await watch(wall, zones(20))).toMatchObject({ ok: true });
  expect(await watch(wall, zones(24))).toMatchObject({ ok: false });
  capacity().refusal = undefined;
  expect(await watch(wall, zones(24))).toMatchObject({ ok: true });
  expect(capacity().asked).toMatchObject([
    { tiles: 16, grows: false },
    { tiles: 8, grows: true },
  ]);
});

test.each([
  ['a wall that signs in with a key', caller('key', { role: 'wall', zones: '*' }), false, 'wall'],
  ['an operator', caller('person', { role: 'operator', zones: 'Z-*' }), false, 'operator'],
  ['a viewer', caller('person', { role: 'viewer', zones: 'Z-*' }), false, 'operator'],
  ['an installer', caller('person', { role: 'installer', zones: 'Z-*' }), false, 'operator'],
  ["an operator's wall", caller('person', { role: 'operator', zones: 'Z-*' }), true, 'wall'],
  ['a supervisor', caller('person', { role: 'supervisor', zones: 'Z-*' }), false, 'supervisor'],
  [
    'an administrator',
    caller('person', { role: 'administrator', zones: '*' }),
    false,
    'supervisor',
  ],
  [
    'a supervisor of other zones',
    caller('person', { role: 'supervisor', zones: 'X-*' }, { role: 'operator', zones: 'Z-*' }),
    false,
    'operator',
  ],
  ['anyone, where there are no accounts', undefined, false, 'operator'],
] as const)('%s is asked about as what it is', async (_who, who, wall, rank) => {
  await watch(signaling.tab(who), ['Z-1'], { wall });
  expect(capacity().asked).toEqual([{ rank, worker: 0, tiles: 1, grows: false }]);
});

test('a camera that takes over from another one is no new work, and one in another zone is', async () => {
  const camera = signaling.tab();
  await camera.film(zone);
  expect(capacity().asked).toMatchObject([{ rank: 'camera', worker: 0, tiles: 0 }]);
  capacity().refusal = refusal;
  camera.cut();
  const [second, third] = [signaling.tab(), signaling.tab()];
  await second.film(zone);
  // Nor is one that was here a moment ago.
  await second.request('leave', {});
  await pass(5000);
  await third.film(zone);
  await third.request('leave', {});
  await pass(30_000);
  const late = await signaling.tab().ask('claim', { zone, label: '', masks: true });
  expect(late).toMatchObject({ ok: false, error: { node: 'b' } });
});

test('where a node is nearly full, tiles that are not looked at become smaller, and cameras are asked for less', async () => {
  const [camera, viewer] = [signaling.tab(), signaling.tab()];
  await camera.film(zone);
  await viewer.watch(zone, 1280);
  await pass(15_000, true);
  const [consumer] = signaling.media.viewers[0]?.consumers ?? [];
  expect(consumer?.layers).toEqual([2]);
  capacity().share = 1;
  signaling.sessions.lookAtTiles();
  await pass(10_000, true);
  expect(consumer?.layers).toEqual([2, 0]);
  expect(camera.heard('layers:wanted').at(-1)).toEqual({ highest: 0 });
  expect(viewer.heard('tiles:lowered')).toEqual([{ zones: [zone] }]);
  expect(signaling.sessions.loweredTiles).toBe(1);
  // The one that is looked at gets all it can show.
  const [looked] = [{ ...tileOf(zone, 1280), focused: true }];
  await viewer.request('view', { tiles: [looked] });
  await pass(1000, true);
  expect(camera.heard('layers:wanted').at(-1)).toEqual({ highest: 2 });
  expect(viewer.heard('tiles:lowered').at(-1)).toEqual({ zones: [] });
  await viewer.view(zone, 1280);
  expect(viewer.heard('tiles:lowered').at(-1)).toEqual({ zones: [zone] });
  capacity().share = 0;
  signaling.sessions.lookAtTiles();
  await pass(1000, true);
  expect(camera.heard('layers:wanted').at(-1)).toEqual({ highest: 2 });
  expect(viewer.heard('tiles:lowered').at(-1)).toEqual({ zones: [] });
});

test('whoever comes while a node is nearly full begins with small tiles, and hears so', async () => {
  await signaling.tab().film(zone);
  capacity().share = 1;
  const answer = await signaling.tab().watch(zone, 1280);
  expect(answer.lowered).toEqual([zone]);
  expect(signaling.media.viewers[0]?.consumers[0]?.layers).toEqual([0]);
  expect((await signaling.tab().watch(zone, 320)).lowered).toBeUndefined();
});
