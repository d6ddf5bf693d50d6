/** What nodes tell each other of zones: what somebody there looks at and nothing else, whole after each new connection. */
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Channel } from '../../server/cluster/wire/channel.ts';
import type { ChannelTaker } from '../../server/cluster/wire/door.ts';
import type { NodeRun } from '../../server/cluster/wire/peers.ts';
import { ZoneNews } from '../../server/cluster/news/zone-news.ts';
import type { NewsTold } from '../../server/contract/zone-news.ts';
import { ListedZones } from '../../server/contract/zone-list.ts';
import { RefusedError } from '../../server/contract/errors.ts';
import type { ZoneQuestion } from '../../server/zones/window.ts';
import { FakeCamera, FakeViewer, fakeZones } from '../support/fake-zone.ts';

const log = pino({ level: 'silent' });

/** Nodes in memory. */
class Nodes {
  readonly all = new Map<string, Node>();
  /** Zones that were told, each time. */
  told: string[] = [];
  /** Windows of which numbers were told, and kinds of windows, each time. */
  numbers: (number | 'all')[] = [];
  /** Nodes that say nothing, and to which nothing comes. */
  readonly hung = new Set<string>();

  start(name: string): Node {
    const node = new Node(this, name);
    this.all.set(name, node);
    node.news.begin();
    return node;
  }

  stop(): void {
    for (const { news } of this.all.values()) news.close();
  }
}

class Node {
  readonly zones = fakeZones();
  readonly news: ZoneNews;
  readonly run: NodeRun;
  take: ChannelTaker = () => {};
  readonly #nodes: Nodes;
  readonly channels: Channel[] = [];

  constructor(nodes: Nodes, name: string) {
    this.#nodes = nodes;
    this.run = { node: name, boot: `run-of-${name}` };
    const others = (): NodeRun[] =>
      [...nodes.all.values()].filter((one) => one !== this).map(({ run }) => run);
    this.news = new ZoneNews({
      ...{ zones: this.zones, log, leases: { tokenOf: () => 1 } },
      peers: {
        accept: (_kind, taker) => (this.take = taker),
        open: async (to) => this.#open(to),
        get others() {
          return others();
        },
      },
    });
  }

  film(zone: string): FakeCamera {
    const camera = new FakeCamera();
    this.zones.at(zone).claim(camera);
    return camera;
  }

  watch(zone: string): FakeViewer {
    const viewer = new FakeViewer();
    this.zones.at(zone).join(viewer);
    return viewer;
  }

  /** All connections from here break. */
  cut(): void {
    for (const channel of this.channels.splice(0)) channel.ended('lost');
  }

  #open({ node }: NodeRun): Channel {
    const other = this.#nodes.all.get(node);
    if (!other || this.#nodes.hung.has(node)) throw new RefusedError('unavailable', 'not there');
    const ends: Channel[] = [];
    const send = (to: number, from: string) => (message: unknown) => {
      if (this.#nodes.hung.has(node)) return;
      const copy = JSON.parse(JSON.stringify(message)) as Partial<NewsTold>;
      for (const { id } of copy.changed ?? []) this.#nodes.told.push(`${from}: ${id}`);
      this.#nodes.numbers.push(...(copy.totals ?? []).map(() => 'all' as const));
      this.#nodes.numbers.push(...(copy.before ?? []).map(({ window }) => window));
      setTimeout(() => ends[to]?.heard(copy), 1);
    };
    const end = (to: number, from: string): Channel =>
      new Channel({
        send: send(to, from),
        shut: () => void setTimeout(() => ends[to]?.ended('shut'), 1),
        onUnknown: () => {},
      });
    ends.push(end(1, this.run.node), end(0, node));
    const [near, far] = ends as [Channel, Channel];
    this.channels.push(near, far);
    setTimeout(() => other.take({}, { ...this.run, version: '1' }, far), 1);
    return near;
  }
}

let nodes: Nodes;
let a: Node;
let b: Node;
beforeEach(async () => {
  vi.useFakeTimers();
  nodes = new Nodes();
  [a, b] = [nodes.start('a'), nodes.start('b')];
  await soon();
});
afterEach(() => {
  nodes.stop();
  vi.useRealTimers();
});

const soon = (time = 500): Promise<unknown> => vi.advanceTimersByTimeAsync(time);
const question = (listed: Partial<ListedZones>): ZoneQuestion => ({
  ...ListedZones.parse({ count: 3, ...listed }),
  within: ['*'],
});
const cameras = ({ zones }: Node): Record<string, string> => {
  const window = zones.roll.open(question({ count: 200 }));
  window.look();
  zones.roll.close(window);
  return Object.fromEntries(window.held.map(({ id, camera }) => [id, camera]));
};

test('a node hears of the first zones that somebody there looks at, and of no others', async () => {
  for (const at of [1, 2, 3, 4, 5]) a.film(`A-${at}`);
  await soon();
  expect(cameras(b)).toEqual({});
  const wanted = b.news.want(question({ pattern: 'A-*' }));
  await soon();
  expect(Object.keys(cameras(b))).toEqual(['A-1', 'A-2', 'A-3']);
  expect(wanted.tallies).toMatchObject([{ all: { states: { connecting: 5 } } }]);
  nodes.told = [];
  a.zones.find('A-5')?.connected(a.zones.find('A-5')?.camera as FakeCamera);
  a.zones.find('A-2')?.connected(a.zones.find('A-2')?.camera as FakeCamera);
  await soon();
  expect(nodes.told).toEqual(['a: A-2']);
  expect(cameras(b)['A-2']).toBe('connected');
  wanted.drop();
  await soon();
  // It was filmed when b last heard of it, so b expects it from then on.
  expect(cameras(b)).toEqual({ 'A-2': 'idle' });
});

test('a zone that comes before others takes its place in the window, and one that leaves makes room', async () => {
  for (const at of [2, 3, 4, 5]) a.film(`A-${at}`);
  b.news.want(question({}));
  await soon();
  a.film('A-1');
  await soon();
  expect(Object.keys(cameras(b))).toEqual(['A-1', 'A-2', 'A-3']);
  for (const id of ['A-1', 'A-2']) a.zones.find(id)?.end(a.zones.find(id)?.camera as FakeCamera);
  await soon();
  expect(Object.keys(cameras(b))).toEqual(['A-3', 'A-4', 'A-5']);
});

test('those who watch at any node are counted once, at each node', async () => {
  const c = nodes.start('c');
  await soon();
  a.film('A-1');
  a.watch('A-1');
  const leaving = b.watch('A-1');
  b.watch('A-1');
  c.watch('A-1');
  const viewers = (): unknown[] => [a, b, c].map(({ zones }) => zones.find('A-1')?.summary.viewers);
  await soon(1000);
  expect(viewers()).toEqual([4, 4, 4]);
  b.zones.find('A-1')?.leave(leaving);
  await soon(1000);
  expect(viewers()).toEqual([3, 3, 3]);
  // Where nobody films, too.
  a.zones.find('A-1')?.end(a.zones.find('A-1')?.camera as FakeCamera);
  await soon(1000);
  expect(viewers()).toEqual([3, 3, 3]);
});

test('what changed while a connection was broken is there after it, whole', async () => {
  for (const at of [1, 2, 3]) a.film(`A-${at}`);
  const wanted = b.news.want(question({}));
  await soon();
  b.cut();
  expect(cameras(b)).toEqual({});
  expect(b.news.unknown).toEqual(['a']);
  a.zones.find('A-2')?.end(a.zones.find('A-2')?.camera as FakeCamera);
  a.film('A-4');
  await soon(5000);
  expect(Object.keys(cameras(b))).toEqual(['A-1', 'A-3', 'A-4']);
  expect(b.news.unknown).toEqual([]);
  expect(wanted.tallies).toMatchObject([{ all: { states: { connecting: 3 } } }]);
});

test('a list does not wait for long for a node that does not answer, and names it until it does', async () => {
  a.film('A-1');
  nodes.hung.add('a');
  const { answered } = b.news.want(question({}));
  let done = false;
  void answered?.then(() => (done = true));
  await soon(900);
  expect(done).toBe(false);
  await soon(200);
  expect(done).toBe(true);
  expect(b.news.unknown).toEqual(['a']);
});

test('of two nodes that film a zone, the one with the higher token is believed', async () => {
  const c = nodes.start('c');
  await soon();
  a.film('A-1');
  c.film('A-1');
  b.watch('A-1');
  await soon(1000);
  expect(cameras(b)).toEqual({ 'A-1': 'connecting' });
});

test('what one more window costs does not grow with those that are open, nor does a change that is in all of them', async () => {
  const numbered = (at: number): string => `A-${`${at}`.padStart(3, '0')}`;
  for (let at = 100; at < 300; at += 1) a.film(numbered(at));
  for (let at = 100; at < 300; at += 1) b.news.want(question({ from: numbered(at), count: 50 }));
  await soon(2000);
  nodes.told = [];
  nodes.numbers = [];
  // It comes before all windows, and into the first.
  a.film(numbered(1));
  const wanted = b.news.want(question({ count: 1 }));
  await soon(200);
  expect(nodes.told).toEqual([`a: ${numbered(1)}`]);
  // Of the new window, and of all together, which have one more; what comes before the others can wait for a second.
  expect(nodes.numbers).toEqual(['all', 201]);
  expect(wanted.tallies).toMatchObject([{ all: { states: { connecting: 201 } }, liveBefore: 0 }]);
  await soon(1000);
  expect(nodes.numbers.filter((number) => number === 'all')).toHaveLength(1);
  expect(nodes.numbers).toHaveLength(2 + 200);
  nodes.numbers = [];
  a.watch(numbered(250)); // which is shown by fifty
  await soon(2000);
  expect(nodes.told).toEqual([numbered(1), numbered(250)].map((zone) => `a: ${zone}`));
  expect(nodes.numbers).toEqual([]);
});
