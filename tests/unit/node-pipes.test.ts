/** What two nodes say to each other about a zone's pipe, without media: the owner as a camera, the edge as a viewer. */
import { blankRecord } from '../../server/zones/record.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EdgeMessage, OwnerMessage } from '../../server/contract/pipe.ts';
import type { Masks } from '../../server/contract/privacy.ts';
import { Hearing } from '../../server/cluster/pipes/hearing.ts';
import { Keeping } from '../../server/cluster/pipes/keeping.ts';
import { KeyFrameWait } from '../../server/cluster/pipes/key-frame-wait.ts';
import { NarrowLink } from '../../server/cluster/pipes/narrow-link.ts';
import { PipeCamera } from '../../server/cluster/pipes/pipe-camera.ts';
import { PipeSilence } from '../../server/cluster/pipes/pipe-silence.ts';
import { PipeViewer } from '../../server/cluster/pipes/pipe-viewer.ts';
import type { PipeLoss } from '../../server/media/plane.ts';
import { FakePipes, pipeChannels } from '../support/fake-pipes.ts';
import {
  FakeCamera,
  FakeProducer,
  FakeViewer,
  fakeVideo,
  fakeZones,
  size,
} from '../support/fake-zone.ts';

const log = pino({ level: 'silent' });
const id = 'GATE-01';
/** How long a pipe is kept without a channel, ms. */
const patience = 3000;
const large = { ...size(1280, 720), visible: true };
const hidden = { ...size(0, 0), visible: false };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
/** Lets what is on its way come. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1);

/** A zone with a camera at its owner, and a pipe of it to another node. */
async function piped() {
  const [near, far] = pipeChannels();
  const home = fakeZones().at(id);
  const zonesThere = fakeZones();
  const away = zonesThere.at(id);
  const pipes = new FakePipes();
  const camera = new FakeCamera();
  const video = fakeVideo();
  home.claim(camera);
  home.connected(camera);
  home.publish(camera, video, 30);
  const viewer = new PipeViewer(home, { pipes, log, patience });
  viewer.attach(near);
  const link = new NarrowLink(() => 0.5);
  const parts = { pipes, link, log, patience };
  const pipe = new PipeCamera(() => zonesThere.at(id), 'node-a', far, parts);
  const lost: PipeLoss[] = [];
  pipe.onLost = (reason) => lost.push(reason);
  await settle();
  return { near, far, home, away, zonesThere, pipes, camera, video, viewer, pipe, lost, link };
}

const typesOf = (messages: readonly { type: string }[], type: string) =>
  messages.filter((message) => message.type === type);

test('a zone is filmed on the other node by what the owner sends, and nothing is carried unasked', async () => {
  const { away, pipes, home, video, near, far } = await piped();
  expect(away.summary).toMatchObject({ camera: 'connected', label: 'gate' });
  expect(away.video?.layers).toEqual(video.layers);
  expect(pipes.outs[0]?.far).toEqual(pipes.ins[0]?.end);
  expect(pipes.outs[0]?.carried).toEqual([null]);
  expect(home.summary.viewers).toBe(1);
  for (const said of near.said) expect(OwnerMessage.safeParse(said).success).toBe(true);
  for (const said of far.said) expect(EdgeMessage.safeParse(said).success).toBe(true);
});

test('whoever comes back to a zone that was forgotten meanwhile gets what its next camera sends', async () => {
  const { zonesThere, away, home, camera, pipes } = await piped();
  const tile = new FakeViewer(large);
  away.join(tile);
  home.end(camera);
  await settle();
  away.leave(tile);
  expect(zonesThere.has(id)).toBe(false);
  const next = new FakeCamera();
  home.claim(next);
  home.publish(next, fakeVideo(), 30);
  await settle();
  zonesThere.at(id).join(tile);
  expect(zonesThere.find(id)?.video).toBe(pipes.ins[1]?.producer);
  zonesThere.find(id)?.leave(tile);
  home.end(next);
  await settle();
  zonesThere.at(id).join(tile);
  home.claim(camera);
  home.publish(camera, fakeVideo(), 30);
  await settle();
  expect(tile.offered).toContain(pipes.ins[2]?.producer.id);
});

test('what is wanted there counts at the owner; a camera sleeps when nobody anywhere wants it', async () => {
  const { away, pipes, camera } = await piped();
  const [out] = pipes.outs;
  await vi.advanceTimersByTimeAsync(12_000);
  expect(camera.wanted).toEqual([null]);
  const tile = new FakeViewer(large);
  away.join(tile);
  away.refreshDemand();
  pipes.ins[0]?.onOpened();
  await settle();
  expect(out?.carried).toEqual([null, 2]);
  expect(camera.wanted).toEqual([null, 2]);

  tile.wants = { ...size(300, 150), visible: true };
  away.refreshDemand();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(out?.carried).toEqual([null, 2, 0]);
  expect(camera.wanted).toEqual([null, 2, 0]);

  tile.wants = hidden;
  away.refreshDemand();
  await vi.advanceTimersByTimeAsync(12_000);
  expect(out?.carried).toEqual([null, 2, 0, null]);
  expect(camera.wanted).toEqual([null, 2, 0, null]);
});

test('a key picture that a viewer there needs is asked of the camera, once a second however many nodes ask', async () => {
  const { home, away, pipes, camera, video, far } = await piped();
  const [near, other] = pipeChannels();
  new PipeViewer(home, { pipes, log, patience }).attach(near);
  const elsewhere = fakeZones();
  const parts = { pipes, link: new NarrowLink(() => 0.5), log, patience };
  new PipeCamera(() => elsewhere.at(id), 'node-a', other, parts);
  await settle();
  const wish = (): void => {
    away.video?.keyWishes?.want(1);
    elsewhere.at(id).video?.keyWishes?.want(1);
    video.keyWishes.want(1);
  };
  for (let at = 0; at < 1900; at += 100) {
    wish();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(camera.keys).toEqual([1, 1]);
  expect(typesOf(far.said, 'key-wanted')).toHaveLength(2);
  for (const said of far.said) expect(EdgeMessage.safeParse(said).success).toBe(true);
  // What nodes of an earlier version ask for is asked of the media worker alone.
  expect(pipes.outs.map(({ keyFrames }) => keyFrames)).toEqual([0, 0]);
});

test('a dry pipe is opened once a viewer can receive, and for one that never says so all the same', async () => {
  const { away, pipes, far } = await piped();
  const wants = () => typesOf(far.said, 'want');
  const tile = new FakeViewer(large);
  away.join(tile);
  away.refreshDemand();
  await vi.advanceTimersByTimeAsync(400);
  expect(wants()).toEqual([]);
  pipes.ins[0]?.onOpened();
  expect(wants()).toEqual([{ type: 'want', highest: 2 }]);

  tile.wants = hidden;
  away.refreshDemand();
  await vi.advanceTimersByTimeAsync(12_000);
  tile.wants = large;
  away.refreshDemand();
  await vi.advanceTimersByTimeAsync(600);
  expect(wants().map((want) => (want as { highest?: number }).highest)).toEqual([2, null, 2]);
});

test('a fresh pipe carries no less for 5 s than it began with', async () => {
  const { away, pipes } = await piped();
  const tile = new FakeViewer(large);
  away.join(tile);
  away.refreshDemand();
  pipes.ins[0]?.onOpened();
  await settle();
  tile.wants = { ...size(300, 150), visible: true };
  away.refreshDemand();
  await vi.advanceTimersByTimeAsync(4900);
  expect(pipes.outs[0]?.carried).toEqual([null, 2]);
  await vi.advanceTimersByTimeAsync(200);
  expect(pipes.outs[0]?.carried).toEqual([null, 2, 0]);
});

test('on a link that is too narrow less is asked for at once, from a key frame on, and viewers there are led to it', async () => {
  const { away, pipes, far, link } = await piped();
  const tile = new FakeViewer(large);
  away.join(tile);
  away.refreshDemand();
  const [into] = pipes.ins;
  into?.onOpened();
  await settle();
  const count = (number: number) => ({
    ...{ bytes: number, packets: number },
    ...{ askedAgain: number, cameAgain: number },
  });
  let number = 0;
  const pass = async () => {
    number += 1000;
    if (into) into.streams = [count(number), count(number), count(8 * number)];
    await vi.advanceTimersByTimeAsync(250);
    link.look(performance.now());
  };
  for (let looks = 0; looks < 4; looks += 1) await pass();
  expect(typesOf(far.said, 'want')).toEqual([
    { type: 'want', highest: 2 },
    { type: 'want', highest: 1, afresh: true },
  ]);
  expect(pipes.outs[0]).toMatchObject({ carried: [null, 2, 1], afresh: 1 });
  expect(into?.limits.at(-1)).toBe(1);
});

test('what the camera has no room to send is no limit to what is asked for there, and viewers there are led to what comes', async () => {
  const { near, far, home, away, zonesThere, pipes, camera, viewer, pipe } = await piped();
  const [onward, beyond] = pipeChannels();
  new PipeViewer(away, { pipes, log, patience }).attach(onward);
  await settle();
  const [into] = pipes.ins;
  const further = pipes.outs[1]?.track.id ?? '';
  beyond.send({ type: 'taken', trackId: further, end: into?.end });
  const tile = new FakeViewer(large);
  away.join(tile);
  away.refreshDemand();
  into?.onOpened();
  await settle();
  home.limitLayers(camera, 1);
  await settle();
  expect(into?.producer.limit.highest).toBe(1);
  expect(typesOf(far.said, 'want').at(-1)).toEqual({ type: 'want', highest: 2 });
  home.limitLayers(camera, null);
  await settle();
  expect(into?.producer.limit.highest).toBe(0);
  expect(typesOf(onward.said, 'limit')).toEqual([
    { type: 'limit', trackId: further, highest: 1 },
    { type: 'limit', trackId: further, highest: 0 },
  ]);

  // Who comes later, and over another channel, hears it too.
  const [nearAgain, farAgain] = pipeChannels();
  far.ended('lost');
  near.ended('lost');
  home.limitLayers(camera, 1);
  viewer.attach(nearAgain);
  pipe.attach(farAgain);
  await settle();
  expect(zonesThere.at(id).video?.limit.highest).toBe(1);
  home.limitLayers(camera, 2);
  await settle();
  expect(into?.producer.limit.highest).toBe(2);
});

test('a track that ends is taken back there, and a camera that leaves leaves there too', async () => {
  const { away, home, camera, video, pipes, lost } = await piped();
  const tile = new FakeViewer(large);
  away.join(tile);
  home.unpublish(camera, video.id);
  await settle();
  expect(tile.retracted).toEqual([pipes.ins[0]?.producer.id]);
  expect(tile.blanked).toEqual([]);
  expect([pipes.outs[0]?.closed, pipes.ins[0]?.closed]).toEqual([true, true]);
  const next = fakeVideo();
  home.publish(camera, next, 30);
  await settle();
  expect(tile.offered).toEqual([pipes.ins[1]?.producer.id]);
  home.keep({ ...blankRecord(home.id), masks: [{ points: [] }] });
  home.end(camera);
  await settle();
  expect(away.summary.camera).toBe('idle');
  expect(tile.blanked).toEqual([pipes.ins[1]?.producer.id]);
  home.keep(blankRecord(home.id));

  const later = new FakeCamera();
  later.label = 'yard';
  home.claim(later);
  home.publish(later, fakeVideo(), 30);
  await settle();
  expect(away.summary).toMatchObject({ label: 'yard' });
  expect(away.video).toBeDefined();
  expect(lost).toEqual([]);
});

test('sound goes with the picture, and by itself where there is none', async () => {
  const { home, camera, video, pipes } = await piped();
  const sound = new FakeProducer('audio', [size(1, 1)]);
  home.publish(camera, sound, undefined);
  await settle();
  const out = pipes.outs.find(({ track }) => track.kind === 'audio');
  expect(out?.carried).toEqual([null]);
  home.unpublish(camera, video.id);
  home.unpublish(camera, sound.id);
  const alone = new FakeProducer('audio', [size(1, 1)]);
  home.publish(camera, alone, undefined);
  await settle();
  expect(pipes.outs.at(-1)?.carried).toEqual([0]);
});

test('either end that closes leaves nothing behind at the other', async () => {
  const first = await piped();
  first.pipe.close();
  await settle();
  expect(first.home.summary.viewers).toBe(0);
  expect(first.pipes.outs[0]?.closed).toBe(true);
  expect(first.lost).toEqual([]);

  const second = await piped();
  second.viewer.close();
  await settle();
  expect(second.lost).toEqual(['channel-closed']);
  expect(second.away.exists).toBe(false);
  expect(second.pipes.ins[0]?.closed).toBe(true);
  for (const { home, camera } of [first, second]) home.end(camera);
  expect(vi.getTimerCount()).toBe(0);
});

test('another camera of the zone there ends the pipe', async () => {
  const { away, pipe, lost, pipes } = await piped();
  away.end(pipe, { code: 'zone-occupied', message: 'another camera films here' });
  await settle();
  expect(lost).toEqual(['occupied']);
  expect([pipes.outs[0]?.closed, pipes.ins[0]?.closed]).toEqual([true, true]);
});

test('a track that is lost with its media worker is asked for anew', async () => {
  const { away, pipes, lost } = await piped();
  const [pipe] = pipes.ins;
  if (pipe) pipe.closed = true;
  pipe?.onLost();
  await settle();
  expect(pipes.outs.map(({ closed }) => closed)).toEqual([true, false]);
  expect(away.video?.id).toBe(pipes.ins[1]?.producer.id);
  expect(lost).toEqual([]);
});

test('an owner that can have no pipe tries again', async () => {
  const { home, camera, pipes, away } = await piped();
  pipes.failure = new Error('no port');
  for (const { id: producer } of home.feed) home.unpublish(camera, producer);
  home.publish(camera, fakeVideo(), 30);
  await settle();
  expect(away.video).toBeUndefined();
  pipes.failure = undefined;
  await vi.advanceTimersByTimeAsync(1100);
  expect(away.video).toBeDefined();
});

/** What is carried comes, until it is stopped. */
function flowing({ outs, ins }: FakePipes): { stop(): void } {
  const timer = setInterval(() => {
    for (const each of [...outs, ...ins]) each.bytes += 1000;
  }, 50);
  return { stop: () => clearInterval(timer) };
}
/** The picture is shown there, and the connection breaks. */
async function broken() {
  const all = await piped();
  const { away, pipes, near, far } = all;
  const tile = new FakeViewer(large);
  away.join(tile);
  away.refreshDemand();
  pipes.ins[0]?.onOpened();
  const flow = flowing(pipes);
  await vi.advanceTimersByTimeAsync(6000);
  const end = (): void => {
    near.ended('lost');
    far.ended('lost');
  };
  return { ...all, tile, flow, end };
}
/** A new channel for a pipe. */
async function attach({ viewer, pipe }: Awaited<ReturnType<typeof piped>>) {
  const [near, far] = pipeChannels();
  pipe.attach(far);
  viewer.attach(near);
  await settle();
  return { near, far };
}

test('a channel that is lost changes nothing of the picture; over the next one all is told anew, and demand goes on', async () => {
  const all = await broken();
  const { away, pipes, tile, camera, end, flow, lost } = all;
  let detached = 0;
  all.pipe.onDetached = () => (detached += 1);
  end();
  // Meanwhile less is wanted, which the owner cannot hear.
  tile.wants = { ...size(300, 150), visible: true };
  away.refreshDemand();
  await vi.advanceTimersByTimeAsync(patience - 500);
  expect(detached).toBe(1);
  expect(away.video?.id).toBe(pipes.ins[0]?.producer.id);
  expect(pipes.outs[0]?.carried).toEqual([null, 2]);
  const { near, far } = await attach(all);
  expect(near.said.map(({ type }) => type)).toEqual(['kept', 'zone']);
  expect(typesOf(far.said, 'want').at(-1)).toEqual({ type: 'want', highest: 0 });
  await vi.advanceTimersByTimeAsync(5000);
  expect(pipes.outs[0]?.carried).toEqual([null, 2, 0]);
  expect(camera.wanted).toEqual([0]);
  expect([pipes.outs.length, pipes.ins.length, tile.retracted.length]).toEqual([1, 1, 0]);
  expect(lost).toEqual([]);
  flow.stop();
});

test('a track that has gone while nobody could tell is taken back, and the next one comes', async () => {
  const all = await broken();
  const { home, camera, video, pipes, tile, end } = all;
  end();
  home.unpublish(camera, video.id);
  home.publish(camera, fakeVideo(), 30);
  await settle();
  expect(pipes.outs.map(({ closed }) => closed)).toEqual([true]);
  await attach(all);
  expect(tile.retracted).toEqual([pipes.ins[0]?.producer.id]);
  expect(tile.offered).toEqual([pipes.ins[1]?.producer.id]);
  expect([pipes.outs[1]?.closed, pipes.outs[1]?.connected]).toEqual([false, true]);
  all.flow.stop();
});

test('what was half laid when the channel was lost is laid anew, and nothing is left of it', async () => {
  const all = await piped();
  all.near.cut = true;
  const sound = new FakeProducer('audio', [size(1, 1)]);
  all.home.publish(all.camera, sound, undefined);
  await settle();
  all.near.ended('lost');
  all.far.ended('lost');
  await attach(all);
  const audio = all.pipes.outs.filter(({ track }) => track.kind === 'audio');
  expect(audio.map(({ closed }) => closed)).toEqual([true, false]);
  expect(all.away.feed.map(({ kind }) => kind)).toEqual(['video', 'audio']);
});

test('without another channel both ends are given up: nothing is left, and the camera sleeps', async () => {
  const { home, away, camera, pipes, lost, end, flow, viewer, tile } = await broken();
  let ended = 0;
  viewer.onEnded = () => (ended += 1);
  end();
  await vi.advanceTimersByTimeAsync(patience + 300);
  expect(lost).toEqual(['channel-closed']);
  expect(ended).toBe(1);
  expect([pipes.outs[0]?.closed, pipes.ins[0]?.closed]).toEqual([true, true]);
  expect(home.summary.viewers).toBe(0);
  expect(away.summary.camera).toBe('idle');
  expect(tile.blanked).toEqual([]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(camera.wanted.at(-1)).toBeNull();
  home.end(camera);
  flow.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('a picture that stops without a channel is given up within a second; one of few frames has longer', () => {
  const keeping = new Keeping(patience, 0);
  keeping.lost(0);
  for (let now = 0; now <= 1000; now += 250) expect(keeping.look(now, now + 1, true)).toBe(false);
  expect(keeping.look(1500, 1001, true)).toBe(false);
  expect(keeping.look(1750, 1001, true)).toBe(true);
  expect(keeping.look(2000, 1001, false)).toBe(false);
  keeping.refused();
  expect([2100, 2200].map((now) => keeping.look(now, 1001, true))).toEqual([false, true]);
  keeping.expect(2);
  expect([3400, 3500].map((now) => keeping.look(now, 1001, true))).toEqual([false, true]);
  expect([keeping.isLate(patience - 1), keeping.isLate(patience)]).toEqual([false, true]);
  keeping.found();
  expect([keeping.isLate(patience), keeping.look(9000, 1001, true)]).toEqual([false, false]);
});

test('masks that change while nobody can tell: the owner sends no more, and the last picture does not stay', async () => {
  const masks: Masks = [{ points: [0, 0.5, 1].map((x) => ({ x, y: x / 2 })) }];
  const first = await broken();
  first.end();
  first.home.keep({ ...blankRecord(first.home.id), masks });
  expect(first.pipes.outs[0]?.closed).toBe(true);
  expect(first.home.summary.viewers).toBe(0);
  // The other node has heard of them from the store.
  const { away, tile, lost } = first;
  away.keep({ ...away.record, masks });
  expect(away.video).toBeUndefined();
  expect(tile.blanked).toEqual(tile.offered.concat(first.pipes.ins[0]?.producer.id ?? ''));
  expect(lost).toEqual(['channel-closed']);
  first.flow.stop();

  // They have changed just before, and the camera has not confirmed them.
  const second = await broken();
  second.home.keep({ ...blankRecord(second.home.id), masks });
  second.away.keep({ ...second.away.record, masks });
  await settle();
  expect(second.away.video).toBeDefined();
  second.end();
  expect(second.pipes.outs[0]?.closed).toBe(true);
  second.flow.stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect(second.tile.blanked).toHaveLength(1);
});

test('a camera that does not confirm its masks in 4 s is shown nowhere; sound and masks pass through two pipes', async () => {
  const { home, camera, away, pipes } = await piped();
  const beyond = fakeZones();
  const [near, far] = pipeChannels();
  new PipeViewer(away, { pipes, log, patience }).attach(near);
  const parts = { pipes, link: new NarrowLink(), log, patience };
  new PipeCamera(() => beyond.at(id), 'node-b', far, parts);
  const sound = new FakeProducer('audio', [size(1, 1)]);
  home.publish(camera, sound, undefined);
  await settle();
  await settle();
  const last = beyond.at(id);
  expect(last.feed.map(({ kind }) => kind).sort()).toEqual(['audio', 'video']);
  const tiles = [away, last].map((zone) => {
    const tile = new FakeViewer(large);
    zone.join(tile);
    return tile;
  });
  const shown = [away, last].map(({ video }) => video?.id);
  home.keep({ ...blankRecord(id), masks: [{ points: [] }] });
  await vi.advanceTimersByTimeAsync(3900);
  await home.look();
  expect(last.video).toBeDefined();
  await vi.advanceTimersByTimeAsync(200);
  await home.look();
  await settle();
  await settle();
  expect([away.video, last.video]).toEqual([undefined, undefined]);
  for (const [at, tile] of tiles.entries()) expect(tile.blanked).toContain(shown[at]);
});

test('what is not understood is passed over, and counted', async () => {
  const { near, far, away, lost } = await piped();
  near.send({ type: 'of a later version', zone: 1 });
  far.send({ type: 'taken', trackId: 'x', end: { ip: 'elsewhere' } });
  far.send('nothing');
  await settle();
  expect([near.ignored, far.ignored]).toEqual([2, 1]);
  expect(away.video).toBeDefined();
  expect(lost).toEqual([]);
});

test('masks are confirmed by the camera at the owner, not by the pipe', async () => {
  const { away } = await piped();
  const masks: Masks = [{ points: [0, 0.5, 1].map((x) => ({ x, y: x / 2 })) }];
  away.keep({ ...away.record, masks });
  await vi.advanceTimersByTimeAsync(6000);
  await away.look();
  expect(away.video).toBeDefined();
});

test('nothing comes and the owner sends: the pipe is lost; and when the owner does not answer', async () => {
  for (const reason of ['silent', 'unanswered'] as const) {
    const { away, pipes, far, lost } = await piped();
    const tile = new FakeViewer(large);
    away.join(tile);
    away.refreshDemand();
    pipes.ins[0]?.onOpened();
    const [out] = pipes.outs;
    const [pipe] = pipes.ins;
    if (!out || !pipe) throw new Error('no pipe');
    const flow = setInterval(() => {
      out.bytes += 1000;
      pipe.bytes += 1000;
    }, 100);
    await vi.advanceTimersByTimeAsync(5000);
    expect(typesOf(far.said, 'look')).toEqual([]);
    clearInterval(flow);
    // The camera itself sends nothing.
    await vi.advanceTimersByTimeAsync(5000);
    expect(lost).toEqual([]);
    const sends = setInterval(() => (out.bytes += 1000), 100);
    far.cut = reason === 'unanswered';
    await vi.advanceTimersByTimeAsync(3500);
    clearInterval(sends);
    expect(lost).toEqual([reason]);
    expect(away.video).toBeUndefined();
  }
});

test('one answer that tells of more is no proof of silence, and what comes clears it', () => {
  const silence = new PipeSilence(0);
  expect(silence.look(400, 0, true)).toBeUndefined();
  expect(silence.look(500, 0, true)).toBe('ask');
  silence.answered(10);
  expect(silence.look(1000, 0, true)).toBe('ask');
  silence.answered(20);
  expect(silence.look(1100, 5, true)).toBeUndefined();
  expect(silence.look(1600, 5, true)).toBe('ask');
  silence.answered(30);
  expect(silence.look(2100, 5, false)).toBeUndefined();
  expect(silence.look(2200, 5, true)).toBeUndefined();
});

test('an end that is not heard is told so after three answers, and one that says nothing or little is not', () => {
  const hearing = new Hearing();
  const answers = (said: number[], heard: number[]): boolean[] =>
    said.map((bytes, at) => {
      hearing.asked(bytes);
      return hearing.answered(heard[at] ?? 0);
    });
  expect([hearing.due(0), hearing.due(1900), hearing.due(2000)]).toEqual([true, false, true]);
  expect(answers([100, 900, 1800, 2700], [100, 100, 100, 100])).toEqual([
    false,
    false,
    false,
    true,
  ]);
  // It begins anew; some are lost, but not all.
  const lossy = answers([3000, 4000, 5000, 6000, 7000], [100, 100, 100, 160, 160]);
  expect(lossy).not.toContain(true);
  // A camera that sleeps, of which there is nothing to be said.
  expect(answers(Array(20).fill(7100), Array(20).fill(200))).not.toContain(true);
});

test('a key frame is asked for until a layer begins, and of a layer that comes without its beginning', () => {
  const wait = new KeyFrameWait();
  const none = (): boolean => false;
  wait.expect(0, null, 2);
  expect(wait.due(499, none)).toBe(false);
  expect(wait.due(500, none)).toBe(true);
  expect(wait.due(1400, none)).toBe(false);
  expect(wait.due(1500, none)).toBe(true);
  wait.came(0);
  // The camera may have no more layers now.
  expect(wait.due(60_000, none)).toBe(false);
  expect(wait.due(60_000, (layer) => layer === 2)).toBe(true);
  wait.came(2);
  expect(wait.due(120_000, (layer) => layer !== 1)).toBe(false);
  wait.expect(120_000, 2, 0);
  expect(wait.due(130_000, () => true)).toBe(false);
  wait.expect(130_000, 0, null);
  wait.expect(130_000, null, 0);
  expect(wait.due(130_500, none)).toBe(true);
});
