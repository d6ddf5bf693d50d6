/** A zone over two nodes: its camera on one, its viewers on another, and one pipe between them. */
import { createSocket } from 'node:dgram';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LossyRelay } from '../support/lossy-relay.ts';
import { DirectCamera, DirectViewer } from '../support/peers/direct.ts';
import { syntheticClip, threeLayerClip, type Clip } from '../support/peers/clip.ts';
import { layPipe, TestNode } from '../support/pipe-nodes.ts';

const clip = threeLayerClip();
const widths = [320, 640, 1280];
const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
/** For what the busiest machine takes. */
const soon = { timeout: 8000, interval: 20 };

let owner: TestNode;
let edge: TestNode;
let other: TestNode;
let open: { close(): void }[] = [];
const opened = <T extends { close(): void }>(one: T): T => {
  open.push(one);
  return one;
};

beforeAll(async () => {
  [owner, edge, other] = await Promise.all([TestNode.start(), TestNode.start(2), TestNode.start()]);
});
afterEach(async () => {
  for (const one of open.reverse()) one.close();
  open = [];
  await expect.poll(() => [owner.openPorts, edge.openPorts, other.openPorts]).toEqual([0, 0, 0]);
});
afterAll(async () => {
  await Promise.all([owner, edge, other].map((node) => node?.stop()));
});

const film = async (zone: string): Promise<DirectCamera> =>
  opened(await DirectCamera.film(owner.sfu, owner.zones.at(zone), clip));
const watch = async (node: TestNode, zone: string, layer: number): Promise<DirectViewer> =>
  opened(await DirectViewer.watch(node.sfu, node.zones.at(zone), layer));
const pipe = (zone: string, to = edge, relay?: LossyRelay) => {
  const laid = layPipe(owner, to, zone, relay);
  opened(laid.camera);
  return laid;
};
const relayed = async (): Promise<LossyRelay> => opened(await LossyRelay.open());
/** The width of the picture that comes. */
const width = (viewer: DirectViewer) => () => viewer.stream?.width ?? 0;
/** Resolves when packets have stopped coming. */
async function settled(bytes: () => number): Promise<void> {
  for (let before = -1; before !== bytes(); await pause(400)) before = bytes();
}

test('each layer crosses only while somebody there wants it, and nothing while nobody does', async () => {
  const zone = 'PIPED-CAM-1';
  const camera = await film(zone);
  const relay = await relayed();
  pipe(zone, edge, relay);
  await expect.poll(() => edge.zones.find(zone)?.video, soon).toBeDefined();
  await expect.poll(() => camera.active, soon).toEqual([false, false, false]);
  await settled(() => relay.bytes);
  const idle = relay.bytes;

  const first = await watch(edge, zone, 0);
  await expect.poll(width(first), soon).toBe(widths[0]);
  expect(camera.active).toEqual([true, false, false]);
  const rateOf = async (): Promise<number> => {
    const before = relay.bytes;
    await pause(600);
    return relay.bytes - before;
  };
  const low = await rateOf();

  // Whoever is on the owner's node gets all; the pipe carries what is wanted beyond it.
  const local = await watch(owner, zone, 2);
  await expect.poll(width(local), soon).toBe(widths[2]);
  expect(await rateOf()).toBeLessThan(2 * low);

  const second = await watch(edge, zone, 2);
  await expect.poll(width(second), soon).toBe(widths[2]);
  expect(width(first)()).toBe(widths[0]);
  expect(await rateOf()).toBeGreaterThan(4 * low);

  second.close();
  local.close();
  await expect.poll(() => camera.active, soon).toEqual([true, false, false]);
  await expect.poll(rateOf, soon).toBeLessThan(2 * low);
  expect(width(first)()).toBe(widths[0]);

  await first.show(null);
  await expect.poll(() => camera.active, soon).toEqual([false, false, false]);
  await settled(() => relay.bytes);
  // No more than reports of what was sent.
  expect(await rateOf()).toBeLessThan(500);
  expect(idle).toBeLessThan(1000);

  const packets = first.stream?.packets ?? 0;
  await first.show(1);
  await expect.poll(width(first), soon).toBe(widths[1]);
  expect(first.stream?.packets).toBeGreaterThan(packets);
  expect(camera.active).toEqual([true, true, false]);
});

test('a key frame is asked for again until one has come, and no longer', async () => {
  const zone = 'PIPED-CAM-2';
  await film(zone);
  const relay = await relayed();
  // Neither the first key frame comes, nor what the edge asks for by RTCP.
  relay.loss.fill(1);
  const { channels } = pipe(zone, edge, relay);
  const asked = (): number => channels[1].said.filter(({ type }) => type === 'key-frame').length;
  const viewer = await watch(edge, zone, 0);
  await expect.poll(asked, soon).toBe(1);
  relay.loss.fill(0);
  await expect.poll(width(viewer), soon).toBe(widths[0]);
  const before = asked();
  await pause(1500);
  expect(asked()).toBe(before);
});

test('however many ask on all nodes together, the camera makes two key frames a second at most', async () => {
  const zone = 'PIPED-CAM-3';
  const camera = await film(zone);
  pipe(zone);
  pipe(zone, other);
  const nodes = [owner, edge, edge, edge, other, other];
  const viewers = await Promise.all(nodes.map((node) => watch(node, zone, 2)));
  for (const viewer of viewers) await expect.poll(width(viewer), soon).toBeGreaterThan(0);
  const asking = setInterval(() => viewers.forEach((viewer) => viewer.requestKeyFrame()), 20);
  const begun = performance.now();
  const before = camera.requests.length;
  await pause(2500);
  clearInterval(asking);
  const seconds = (performance.now() - begun) / 1000;
  const asked = camera.requests.slice(before);
  const layers = [...new Set(asked)];
  const most = Math.max(...layers.map((layer) => asked.filter((ssrc) => ssrc === layer).length));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(Math.ceil(2 * seconds) + 1);
});

test('what is lost between the nodes is sent again', async () => {
  const zone = 'PIPED-CAM-4';
  const camera = await film(zone);
  const relay = await relayed();
  relay.loss.fill(0.05);
  const { channels } = pipe(zone, edge, relay);
  const viewer = await watch(edge, zone, 2);
  await expect.poll(() => viewer.stream?.packets, soon).toBeGreaterThan(250);
  camera.pause();
  await settled(() => viewer.stream?.packets ?? 0);
  expect(relay.dropped).toBeGreaterThan(20);
  const { packets = 0, lost = 0 } = viewer.stream ?? {};
  expect(lost / packets).toBeLessThan(0.01);
  // Loss by chance is no reason to ask for less.
  const wants = channels[1].said.filter(({ type }) => type === 'want');
  expect(wants).toEqual([{ type: 'want', highest: 2 }]);
});

test('what strangers send to the ports of a pipe changes nothing', async () => {
  const zone = 'PIPED-CAM-5';
  const camera = await film(zone);
  const relay = await relayed();
  const { ports, camera: piped } = pipe(zone, edge, relay);
  const viewer = await watch(edge, zone, 0);
  await expect.poll(width(viewer), soon).toBe(widths[0]);
  camera.pause();
  await settled(() => viewer.stream?.packets ?? 0);
  await pause(500);
  const before = { ...(await piped.received()), packets: viewer.stream?.packets };

  const stranger = createSocket('udp4');
  opened({ close: () => stranger.close() });
  const pli = Buffer.alloc(32);
  pli.writeUInt32BE(0x81ce0002, 0);
  for (let round = 0; round < 20; round += 1) {
    for (const port of [ports.owner, ports.edge]) {
      // What came before, what nobody ever sent, and what was still on its way: all from elsewhere.
      for (const datagram of [...relay.seen, Buffer.alloc(200, round), pli])
        stranger.send(datagram, port, '127.0.0.1');
    }
    await pause(10);
  }
  await pause(500);
  expect({ ...(await piped.received()), packets: viewer.stream?.packets }).toEqual(before);

  camera.resume();
  await expect.poll(() => viewer.stream?.packets, soon).toBeGreaterThan(before.packets ?? 0);
});

test('a camera that stops and begins again, and one that leaves, is followed on the other node', async () => {
  const zone = 'PIPED-CAM-6';
  const camera = await film(zone);
  const { viewer: piped } = pipe(zone);
  const viewer = await watch(edge, zone, 0);
  await expect.poll(width(viewer), soon).toBe(widths[0]);
  const summary = () => edge.zones.find(zone)?.summary;
  await expect.poll(summary, soon).toMatchObject({ camera: 'streaming', label: 'clip' });

  camera.unpublish();
  await expect.poll(() => viewer.retracted.length, soon).toBe(1);
  await expect.poll(() => [owner.openPorts, edge.openPorts], soon).toEqual([0, 0]);
  await camera.publish();
  await expect.poll(width(viewer), soon).toBe(widths[0]);

  camera.close();
  await expect.poll(() => viewer.retracted.length, soon).toBe(2);
  await expect.poll(() => summary()?.camera, soon).toBe('idle');
  await film(zone);
  await expect.poll(width(viewer), soon).toBe(widths[0]);

  // The edge goes: nothing of it is left at the owner.
  piped.close();
  await expect.poll(() => [owner.openPorts, edge.openPorts], soon).toEqual([0, 0]);
  expect(owner.zones.find(zone)?.summary.viewers).toBe(0);
});

test('a way on which nothing comes any more is told of, and a camera that stalls is not taken for one', async () => {
  const zone = 'PIPED-CAM-7';
  const camera = await film(zone);
  const relay = await relayed();
  const { lost } = pipe(zone, edge, relay);
  const viewer = await watch(edge, zone, 0);
  await expect.poll(width(viewer), soon).toBe(widths[0]);

  camera.pause();
  await pause(3500);
  expect(lost).toEqual([]);
  camera.resume();
  const before = viewer.stream?.packets ?? 0;
  await expect.poll(() => viewer.stream?.packets, soon).toBeGreaterThan(before);

  relay.loss[0] = 1;
  await expect.poll(() => lost, soon).toEqual(['silent']);
  expect(edge.zones.find(zone)?.video).toBeUndefined();
});

/** As of a scene in which little moves: key frames of large packets, and small ones between them. */
function stillClip(): Clip {
  const [still, key] = [48_000, 792_000].map((bitrate) =>
    syntheticClip([{ width: 320, height: 180, bitrate }]),
  ) as [Clip, Clip];
  const frames = [key.layers[0]?.frames[0] ?? [], ...(still.layers[0]?.frames.slice(1) ?? [])];
  return { ...still, layers: [{ width: 320, height: 180, frames }] };
}

test('a way that carries small packets only, and says nothing of it, is told of in seconds', async () => {
  const zone = 'PIPED-CAM-9';
  opened(await DirectCamera.film(owner.sfu, owner.zones.at(zone), stillClip()));
  const relay = await relayed();
  relay.largest = 1000;
  const { lost, camera: piped } = pipe(zone, edge, relay);
  let flows = false;
  piped.onFlowing = () => (flows = true);
  await watch(edge, zone, 0);
  await expect.poll(() => lost, soon).toEqual(['large-lost']);
  expect(relay.dropped).toBeGreaterThan(10);
  expect(edge.zones.find(zone)?.video).toBeUndefined();
  // It was never taken for a picture.
  expect(flows).toBe(false);
});

test('a pipe is laid anew when the media worker at its end has died', async () => {
  const zone = 'PIPED-CAM-8';
  await film(zone);
  const { lost } = pipe(zone, other);
  await expect.poll(() => other.zones.find(zone)?.video, soon).toBeDefined();
  const [pid = 0] = other.sfu.workerPids;
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => other.sfu.workerPids, soon).not.toContain(pid);
  const viewer = await watch(other, zone, 0);
  await expect.poll(width(viewer), soon).toBe(widths[0]);
  expect(lost).toEqual([]);
});
