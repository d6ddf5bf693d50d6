/** Five zones that cross from one node to another over 1 Mbit/s: one large tile and four small ones. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Bottleneck, LossyRelay } from '../support/lossy-relay.ts';
import { DirectCamera, DirectViewer } from '../support/peers/direct.ts';
import { threeLayerClip } from '../support/peers/clip.ts';
import { layPipe, TestNode } from '../support/pipe-nodes.ts';

const clip = threeLayerClip();
/** For what the busiest machine takes. */
const soon = { timeout: 10_000, interval: 20 };
const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

let owner: TestNode;
let edge: TestNode;
let open: { close(): void }[] = [];
const opened = <T extends { close(): void }>(one: T): T => {
  open.push(one);
  return one;
};

beforeAll(async () => {
  [owner, edge] = await Promise.all([TestNode.start(), TestNode.start()]);
});
afterEach(() => {
  for (const one of open.reverse()) one.close();
  open = [];
});
afterAll(async () => {
  await Promise.all([owner, edge].map((node) => node?.stop()));
});

/** A zone that crosses, and its tile. */
async function tile(zone: string, layer: number, way: Bottleneck, [from, to] = [owner, edge]) {
  const camera = opened(await DirectCamera.film(from.sfu, from.zones.at(zone), clip));
  const relay = opened(await LossyRelay.open(way));
  const { camera: pipe, channels } = layPipe(from, to, zone, relay);
  opened(pipe);
  const viewer = opened(await DirectViewer.watch(to.sfu, to.zones.at(zone), layer));
  /** The longest that nothing came, ms, and how often the other end was found not to hear this one. */
  const seen = { longest: 0, last: performance.now(), unheard: 0 };
  pipe.onUnheard = () => (seen.unheard += 1);
  viewer.onDelay = () => {
    const now = performance.now();
    seen.longest = Math.max(seen.longest, now - seen.last);
    seen.last = now;
  };
  await expect.poll(() => viewer.stream?.packets, soon).toBeGreaterThan(30);
  const wants = () =>
    channels[1].said.flatMap((said) => ('highest' in said ? (said.highest as number) : []));
  return { camera, relay, viewer, seen, wants, width: () => viewer.stream?.width ?? 0 };
}

test('the large tile goes down to what fits and up again, and no tile freezes; the other way, reports that are lost are noticed', async () => {
  const way = new Bottleneck();
  const deaf = await tile('UNHEARD-1', 0, new Bottleneck(), [edge, owner]);
  deaf.relay.loss[1] = 1;
  const small = await Promise.all([1, 2, 3, 4].map((number) => tile(`SMALL-${number}`, 0, way)));
  const large = await tile('LARGE-1', 2, way);
  await expect.poll(large.width, soon).toBe(1280);
  const all = [...small, large];
  for (const { seen } of all) seen.longest = 0;
  const frames = () =>
    // A frame of the smallest layer is one packet.
    small.map(({ camera, viewer }) => ({
      sent: camera.layers[0]?.packets ?? 0,
      came: viewer.stream?.packets ?? 0,
    }));

  way.width = 1_000_000;
  const before = frames();
  const fits = () => large.width() === 640 && large.wants().at(-1) === 1;
  await expect.poll(fits, { timeout: 20_000, interval: 20 }).toBe(true);
  await pause(4000);
  expect(way.dropped).toBeGreaterThan(0);
  for (const [index, now] of frames().entries()) {
    const { sent, came } = before[index] ?? now;
    expect((now.came - came) / (now.sent - sent)).toBeGreaterThan(0.9);
  }
  for (const { wants } of small) expect(wants()).toEqual([0]);

  way.width = undefined;
  await expect.poll(large.width, { timeout: 30_000, interval: 20 }).toBe(1280);
  for (const { seen } of all) expect(seen.longest).toBeLessThan(2000);
  await expect.poll(() => deaf.seen.unheard, soon).toBeGreaterThan(0);
  for (const { seen } of all) expect(seen.unheard).toBe(0);
});
