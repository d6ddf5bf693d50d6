/** The audit's keeper while its store is away: it tries again soon, and less often the longer that lasts. */
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepAudit, type Keeper } from '../../server/audit/keeper.ts';
import type { Records, Store } from '../../server/store/store.ts';

const minute = 60_000;
const hour = 60 * minute;
const head = { number: 3, hash: 'ab' };
const forEver = {
  watching: 0,
  filming: 0,
  steering: 0,
  snapshot: 0,
  'sign-in': 0,
  change: 0,
  service: 0,
};

/** A store of nothing but what the keeper notes of the clock. */
class FakeStore {
  away = false;
  tries = 0;
  private readonly noted = new Map<string, string>();

  private readonly reached = <T>(value: T): Promise<T> =>
    this.away ? Promise.reject(new Error('the store is away')) : Promise.resolve(value);
  private readonly facts = {
    get: (name: string) => this.reached(this.noted.get(name)),
    set: (name: string, value: string) => this.reached(void this.noted.set(name, value)),
  };
  private readonly audit = {
    head: () => this.reached(head),
    lockHead: () => this.reached(head),
    after: () => this.reached([]),
    latest: () => this.reached(undefined),
    blankBeginning: () => this.reached(undefined),
  };
  private readonly transaction = async <T>(work: (records: Records) => Promise<T>): Promise<T> => {
    this.tries += 1;
    await this.reached(undefined);
    return work(this.store);
  };
  readonly store = {
    facts: this.facts,
    audit: this.audit,
    transaction: this.transaction,
  } as unknown as Store;
}

let fake: FakeStore;
let keeper: Keeper | undefined;
let log: { msg: string }[];
beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeStore();
  log = [];
});
afterEach(async () => {
  await keeper?.stop();
  vi.useRealTimers();
});

function start(): void {
  const write = (line: string) => log.push(JSON.parse(line) as { msg: string });
  keeper = keepAudit(fake.store, forEver, pino({}, { write }));
}
const heads = () => log.filter(({ msg }) => msg === 'audit head').length;
const pass = (time: number) => vi.advanceTimersByTimeAsync(time);

test('the head is in the log soon after the store is there, when it was away at the start', async () => {
  fake.away = true;
  start();
  await pass(10_000);
  expect(heads()).toBe(0);
  fake.away = false;
  await pass(10_000);
  expect(heads()).toBe(1);
  await pass(hour);
  expect(heads()).toBe(2);
});

test('a store that stays away is tried ever less often, and found again within 5 min', async () => {
  start();
  await pass(0);
  fake.away = true;
  await pass(hour);
  const before = fake.tries;
  await pass(12 * hour);
  expect(fake.tries - before).toBeGreaterThan(12 * 11);
  expect(fake.tries - before).toBeLessThan(12 * 12 + 12);
  fake.away = false;
  await pass(5 * minute);
  expect(heads()).toBe(2);
  await pass(hour - 10 * minute);
  expect(heads()).toBe(2);
});

test('hours without the store are not a leap of the clock', async () => {
  start();
  for (let day = 0; day < 5; day += 1) {
    fake.away = true;
    await pass(24 * hour);
    fake.away = false;
    await pass(5 * minute);
  }
  expect(heads()).toBe(5);
  expect(keeper?.trouble).toBeUndefined();
});

test('it ends without a further try, and without the store', async () => {
  fake.away = true;
  start();
  await pass(minute);
  await keeper?.stop();
  const { tries } = fake;
  await pass(2 * hour);
  expect(fake.tries).toBe(tries);
  expect(log.at(-1)?.msg).toBe('the last audit head is not in the log');
  keeper = undefined;
});
