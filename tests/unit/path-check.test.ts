/** What a gateway makes of a transport that falls silent. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PathCheck } from '../../gateway/upload/path-check.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A transport that is sent on all the time, and looked at as often as a real one. */
class Way {
  answers = async (): Promise<boolean> => true;
  readonly told: string[] = [];
  readonly check = new PathCheck({
    answers: () => this.answers(),
    lost: () => this.told.push('lost'),
    cutOff: () => this.told.push('cut off'),
  });
  #now = 0;
  #sent = 0;

  /** @param every how often something comes, ms */
  async go(time: number, every = Infinity, sends = true): Promise<void> {
    const begun = this.#now;
    for (const end = begun + time; this.#now < end; this.#now += 50) {
      if (Number.isFinite(every) && (this.#now - begun) % every === 0) this.check.came(this.#now);
      if (sends) this.#sent += 1;
      if (this.#now % 250 === 0) this.check.look(this.#now, this.#sent);
      await vi.advanceTimersByTimeAsync(50);
    }
  }
}

test('a way that carries nothing any more is lost where the server answers by another one', async () => {
  const way = new Way();
  await way.go(5000, 100);
  expect(way.told).toEqual([]);
  await way.go(1900);
  expect(way.told).toEqual([]);
  await way.go(600);
  expect(way.told).toEqual(['lost']);
});

test('where the server cannot be asked either, the network is gone, until something comes', async () => {
  const way = new Way();
  way.answers = async () => false;
  await way.go(5000, 100);
  await way.go(2500);
  expect(way.told).toEqual(['cut off']);
  expect(way.check.gone).toBe(true);
  await way.go(100, 100);
  expect(way.check.gone).toBe(false);
});

test('nothing is missed of a camera that sleeps, nor of one of a picture a second', async () => {
  const way = new Way();
  await way.go(5000, 100);
  await way.go(20_000, Infinity, false);
  const slow = new Way();
  await slow.go(30_000, 1000);
  await slow.go(1000);
  expect([...way.told, ...slow.told]).toEqual([]);
});

test('what comes while the server is asked shows that the way is there', async () => {
  const way = new Way();
  way.answers = () => new Promise((resolve) => setTimeout(() => resolve(true), 800));
  await way.go(5000, 100);
  await way.go(2200);
  await way.go(3000, 100);
  expect(way.told).toEqual([]);
});
