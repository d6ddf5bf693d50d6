/** What a node can take: measures over a while, who is refused when, and for whom tiles become smaller. */
import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NodeCapacity } from '../../server/capacity/node-capacity.ts';
import type { RefusedError, RequestFault } from '../../server/contract/errors.ts';
import { ranks, type Rank } from '../../server/contract/rank.ts';
import { threadTime } from '../../server/thread-time.ts';
import { interfacesOf, sentBytes } from '../../server/media/network-line.ts';

const window = 5000;
let node: FakeNode;
beforeEach(() => {
  vi.useFakeTimers();
  node = new FakeNode();
});
afterEach(() => {
  node.capacity.close();
  vi.useRealTimers();
});

/** Workers and a line of which the test says how busy they are. */
class FakeNode {
  /** Share of a core that each worker takes, and its consumers. */
  readonly workers = [
    { busy: 0, cpu: 0, at: 0, consumers: 0 },
    { busy: 0, cpu: 0, at: 0, consumers: 0 },
  ];
  /** What is sent, bit/s. */
  rate = 0;
  /** Share of a core that the process itself takes. */
  busy = 0;
  #cpu = 0;
  #sent = 0;
  readonly refused: Rank[] = [];
  readonly capacity: NodeCapacity;

  constructor() {
    this.capacity = new NodeCapacity(
      { workerCpu: 0.8, processCpu: 0.8, consumers: 1000, window },
      {
        workers: () =>
          this.workers.map((worker, index) => {
            if (index !== this.silent) worker.at = performance.now();
            const { cpu, at, consumers } = worker;
            return { index, cpu, at, consumers };
          }),
        process: () => this.#cpu,
        line: () => [{ name: 'eth0', sent: this.#sent, capacity: 100_000_000 }],
        log: pino({ level: 'silent' }),
        refused: (rank) => this.refused.push(rank),
      },
    );
  }

  /** Workers that answer; another one says what it said last. */
  silent = -1;

  pass(time: number): void {
    for (let at = 0; at < time; at += 250) {
      for (const worker of this.workers) worker.cpu += worker.busy * 250;
      this.#sent += (this.rate / 8000) * 250;
      this.#cpu += this.busy * 250;
      vi.advanceTimersByTime(250);
    }
  }

  /** Whether one more is let in. */
  takes(rank: Rank, worker = 0, tiles = 0): boolean {
    try {
      this.capacity.admit({ rank, worker, tiles, grows: false })();
      return true;
    } catch (error) {
      expect((error as RefusedError).code).toBe('unavailable');
      return false;
    }
  }

  get taken(): Rank[] {
    return ranks.filter((rank) => this.takes(rank));
  }
}

test('ranks are refused one after another as a worker fills, cameras last, and taken again well below', () => {
  const [worker] = node.workers as [(typeof node.workers)[0]];
  const at = (pressure: number): Rank[] => {
    worker.busy = pressure * 0.8;
    node.pass(2 * window);
    return node.taken;
  };
  expect(at(0.84)).toEqual(['wall', 'operator', 'supervisor', 'camera']);
  expect(at(0.86)).toEqual(['operator', 'supervisor', 'camera']);
  expect(at(0.91)).toEqual(['supervisor', 'camera']);
  expect(at(0.96)).toEqual(['camera']);
  expect(at(1.01)).toEqual([]);
  expect(at(0.96)).toEqual([]);
  expect(at(0.94)).toEqual(['camera']);
  expect(at(0.86)).toEqual(['supervisor', 'camera']);
  expect(at(0.84)).toEqual(['operator', 'supervisor', 'camera']);
  expect(at(0.79)).toEqual(['wall', 'operator', 'supervisor', 'camera']);
});

test('one worker that is full is full for what lands on it, and for nothing else', () => {
  const [worker] = node.workers as [(typeof node.workers)[0]];
  worker.busy = 0.9;
  node.pass(2 * window);
  expect(node.takes('camera', 0)).toBe(false);
  expect(node.takes('wall', 1)).toBe(true);
  expect(node.capacity.isFull(0)).toBe(true);
  expect(node.capacity.isFull(1)).toBe(false);
  expect(node.capacity.takes).toEqual([...ranks]);
  expect(node.capacity.loweredShare(0)).toBeGreaterThan(0);
  expect(node.capacity.loweredShare(1)).toBe(0);
});

test('one slow second changes nothing', () => {
  const [worker] = node.workers as [(typeof node.workers)[0]];
  worker.busy = 0.4;
  node.pass(2 * window);
  worker.busy = 1;
  node.pass(1000);
  worker.busy = 0.4;
  for (let look = 0; look < 10; look += 1) {
    node.pass(1000);
    expect(node.taken).toEqual([...ranks]);
    expect(node.capacity.loweredShare(0)).toBe(0);
  }
});

test('a line that is full refuses on every worker', () => {
  node.rate = 92_000_000;
  node.pass(2 * window);
  expect(node.takes('operator', 0)).toBe(false);
  expect(node.takes('operator', 1)).toBe(false);
  expect(node.takes('supervisor', 1)).toBe(true);
  expect(node.capacity.measures.line).toBeCloseTo(0.92, 1);
  expect(node.capacity.trouble).toMatchObject({
    reason: expect.stringContaining('line 92 %') as string,
    stops: ['wall', 'operator'],
    stopsJoins: false,
  });
});

test('a process of its own that is full refuses on every worker, and makes no tile smaller', () => {
  node.busy = 0.92 * 0.8;
  node.pass(2 * window);
  expect(node.takes('operator', 0)).toBe(false);
  expect(node.takes('operator', 1)).toBe(false);
  expect(node.takes('supervisor', 1)).toBe(true);
  expect(node.capacity.loweredShare(0)).toBe(0);
  expect(node.capacity.measures.process).toBeCloseTo(0.92, 1);
  expect(node.capacity.pressure).toBeCloseTo(0.92, 1);
  expect(node.capacity.welcomes).toEqual(['camera']);
  expect(node.capacity.trouble).toMatchObject({
    reason: expect.stringContaining('own process 92 %') as string,
    stops: ['wall', 'operator'],
  });
  // One second of it is nothing, as when many come at once.
  node.busy = 0.3;
  node.pass(2 * window);
  node.busy = 1;
  node.pass(1000);
  expect(node.taken).toEqual([...ranks]);
});

test('what its clients will take of the process is reckoned with before it shows', () => {
  node.busy = 0.6 * 0.8;
  node.pass(2 * window);
  let taken = 0;
  while (node.takes('operator')) taken += 1;
  // There is room for 0.3 of 0.8 of a core, at 0.2 ms of each second.
  expect(taken).toBeGreaterThan(1150);
  expect(taken).toBeLessThan(1250);
});

test('consumers are counted at once, with those that are about to be', () => {
  node.workers.forEach((worker) => (worker.consumers = 440));
  const work = { rank: 'operator', worker: 0, tiles: 15, grows: false } as const;
  const begun = node.capacity.admit(work);
  expect(() => node.capacity.admit(work)).toThrow('full');
  expect(node.refused).toEqual(['operator']);
  begun();
  begun(); // Saying it twice is harmless.
  node.capacity.admit(work);
});

test('a storm of joins is reckoned with before it shows', () => {
  const [worker] = node.workers as [(typeof node.workers)[0]];
  // 300 consumers take 0.3 of a core, so there is room for some 400 more.
  Object.assign(worker, { busy: 0.3, consumers: 300 });
  node.pass(2 * window);
  let taken = 0;
  while (node.takes('operator', 0, 1)) taken += 1;
  expect(taken).toBeGreaterThan(350);
  expect(taken).toBeLessThan(450);
  // None of them has come to anything, as where all cameras sleep.
  node.pass(window);
  expect(node.takes('operator')).toBe(true);
});

test('tiles become smaller for more and more viewers, and come back for one after another', () => {
  const [worker] = node.workers as [(typeof node.workers)[0]];
  const share = () => node.capacity.loweredShare(0);
  worker.busy = 0.66;
  node.pass(1.5 * window);
  expect(share()).toBeGreaterThan(0);
  expect(share()).toBeLessThan(1);
  node.pass(3 * window);
  expect(share()).toBe(1);
  // Between the two it stays as it is.
  worker.busy = 0.6;
  node.pass(10 * window);
  expect(share()).toBe(1);
  worker.busy = 0.4;
  node.pass(4 * window);
  expect(share()).toBeGreaterThan(0.5);
  expect(share()).toBeLessThan(1);
  node.pass(10 * window);
  expect(share()).toBe(0);
});

test('the load comes to rest between the two thresholds, without going up and down', () => {
  const [worker] = node.workers as [(typeof node.workers)[0]];
  // Large pictures for everybody would take 1.2 of a core, small ones a third of that.
  const settle = (): void => {
    worker.busy = 1.2 * (1 - (2 / 3) * node.capacity.loweredShare(0));
    node.pass(250);
  };
  for (let at = 0; at < 100_000; at += 250) settle();
  const seen: number[] = [];
  for (let at = 0; at < 60_000; at += 250) {
    settle();
    seen.push(worker.busy);
  }
  expect(Math.max(...seen) - Math.min(...seen)).toBeLessThan(0.05);
  expect(Math.max(...seen)).toBeLessThan(0.8 * 0.85);
});

test('what would be refused a moment later is not sent here by others', () => {
  const [first, second] = node.workers as [(typeof node.workers)[0], (typeof node.workers)[0]];
  first.busy = second.busy = 0.82 * 0.8;
  node.pass(2 * window);
  expect(node.capacity.takes).toEqual([...ranks]);
  expect(node.capacity.welcomes).toEqual(['operator', 'supervisor', 'camera']);
});

test('where there are other nodes, the refusal says whether one of them takes it', () => {
  node.rate = 200_000_000;
  node.pass(2 * window);
  const refusal = (rank: Rank, grows = false): RequestFault => {
    try {
      node.capacity.admit({ rank, worker: 0, tiles: 6, grows });
      throw new Error('it was let in');
    } catch (error) {
      return (error as RefusedError).fault;
    }
  };
  const alone = refusal('camera');
  expect(alone.message).toBe('The server is full: it takes no new cameras at the moment.');
  node.capacity.elsewhere = () => 'south';
  expect(refusal('wall')).toMatchObject({
    ...{ code: 'unavailable', message: 'This node is full; south takes new walls.', node: 'south' },
  });
  // Whoever has pictures here is not led away from them.
  expect(refusal('wall', true)).not.toHaveProperty('node');
  node.capacity.elsewhere = () => undefined;
  const nowhere = refusal('operator');
  expect(nowhere.message).toBe('All nodes are full: none takes new viewers at the moment.');
  expect(nowhere).not.toHaveProperty('node');
  const times = Array.from({ length: 50 }, () => refusal('camera').retryAfter ?? 0);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(3000);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(2000);
});

test('a worker that is replaced begins anew', () => {
  const [worker] = node.workers as [(typeof node.workers)[0]];
  worker.busy = 0.9;
  node.pass(2 * window);
  expect(node.takes('camera')).toBe(false);
  Object.assign(worker, { busy: 0, cpu: 0 });
  node.pass(1000);
  expect(node.takes('camera')).toBe(true);
});

test('a worker that falls silent is as full as it was', () => {
  const [worker] = node.workers as [(typeof node.workers)[0]];
  worker.busy = 0.9;
  node.pass(2 * window);
  node.silent = 0;
  worker.busy = 0;
  node.pass(2000);
  expect(node.takes('camera')).toBe(false);
  expect(node.capacity.loweredShare(0)).toBeGreaterThan(0);
});

test('what the process has used is what its own thread has, and not what passwords take beside it', async () => {
  const before = { thread: threadTime(), all: process.cpuUsage() };
  await promisify(pbkdf2)('password', 'salt', 100_000, 64, 'sha512');
  const { user, system } = process.cpuUsage(before.all);
  const all = (user + system) / 1000;
  expect(all).toBeGreaterThan(20);
  expect(threadTime() - before.thread).toBeLessThan(all / 2);
  const from = threadTime();
  while (threadTime() - from < 20);
});

test('the line is that of the addresses on which media is received, or leads outwards', () => {
  const present = [
    { name: 'lo', address: '127.0.0.1', family: 4, internal: true },
    { name: 'docker0', address: '172.17.0.1', family: 4, internal: false },
    { name: 'eth0', address: '192.0.2.1', family: 4, internal: false },
    { name: 'eth0', address: '2001:db8::1', family: 6, internal: false },
    { name: 'eth1', address: '10.0.0.5', family: 4, internal: false },
  ] as const;
  const of = (...addresses: string[]) =>
    interfacesOf(addresses, present, (name) => name === 'docker0');
  expect(of('127.0.0.1')).toEqual(['lo']);
  expect(of('192.0.2.1')).toEqual(['eth0']);
  expect(of('::')).toEqual(['eth0', 'eth1']);
  expect(of('192.0.2.1', '10.0.0.5')).toEqual(['eth0', 'eth1']);
  expect(of('0.0.0.0', '127.0.0.1')).toEqual(['lo', 'eth0', 'eth1']);
  expect(of('198.51.100.1')).toEqual([]);
});

test('what is sent is read from the table of interfaces', () => {
  const table = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop',
    '    lo:     100       2    0    0    0     0          0         0      300       2    0    0',
    'enp3s0f1:12345678901 2    0    0    0     0          0         0 98765432109       2    0    0',
  ].join('\n');
  expect(sentBytes(table)).toEqual([
    { name: 'lo', bytes: 300 },
    { name: 'enp3s0f1', bytes: 98_765_432_109 },
  ]);
});
