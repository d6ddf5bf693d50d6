import { describe, expect, it } from 'vitest';
import type { Share } from '../../gateway/upload/allocation.ts';
import { NarrowUplink } from '../../gateway/upload/narrow-uplink.ts';
import type { PathState } from '../../gateway/upload/path-watch.ts';

const kbit = 1000;

class Camera implements Share {
  wanted: number | null;
  readonly rates: number[];
  readonly most = Infinity;
  limit: number | null;
  changes = 0;

  constructor(rates: number[], wanted = rates.length - 1) {
    this.rates = rates;
    this.wanted = wanted;
    this.limit = rates.length - 1;
  }

  onLimit(limit: number | null): void {
    this.limit = limit;
    this.changes += 1;
  }

  get sent(): number {
    const highest = Math.min(this.limit ?? -1, this.wanted ?? -1);
    return this.rates.slice(0, highest + 1).reduce((sum, rate) => sum + rate, 0);
  }
}

/** A way of some width, with a queue of 300 ms before it. */
class Site {
  readonly uplink = new NarrowUplink(() => 0.5);
  width: number;
  now = 0;
  #queue = 0; // bits
  readonly cameras: Camera[];

  constructor(width: number, cameras: Camera[]) {
    this.width = width;
    this.cameras = cameras;
    for (const camera of cameras) this.uplink.add(camera);
  }

  get sent(): number {
    return this.cameras.reduce((sum, { sent }) => sum + sent, 0);
  }

  run(seconds: number): void {
    for (let step = 0; step < seconds * 4; step += 1) {
      this.now += 250;
      const probe = this.uplink.look(this.now, this.#carry(this.sent));
      if (probe === undefined) continue;
      this.now += 250;
      this.uplink.probed(this.now, { ...this.#carry(probe), sent: probe });
    }
  }

  #carry(rate: number): PathState {
    const offered = rate / 4;
    const carried = Math.min(this.width / 4, this.#queue + offered);
    const left = this.#queue + offered - carried;
    const lost = Math.max(0, left - this.width * 0.3);
    this.#queue = left - lost;
    return {
      rate: carried * 4,
      loss: offered === 0 ? 0 : lost / offered,
      waited: (this.#queue / this.width) * 1000,
    };
  }
}

describe('An uplink that is too narrow', () => {
  it('leaves main streams out first, the largest before the others, and sub streams last', () => {
    const cameras = [1000, 2000, 3000].map((main) => new Camera([100 * kbit, main * kbit]));
    const site = new Site(4000 * kbit, cameras);
    site.run(6);
    expect(cameras.map(({ limit }) => limit)).toEqual([1, 1, 0]);
    site.width = 200 * kbit;
    site.run(10);
    expect(cameras.map(({ limit }) => limit).filter((limit) => limit === 1)).toEqual([]);
    expect(cameras.filter(({ limit }) => limit === 0).length).toBeGreaterThanOrEqual(1);
    expect(site.sent).toBeLessThanOrEqual(200 * kbit);
  });

  it('of 3 Mbit/s carries the sub streams of 16 cameras, and no main stream', () => {
    const cameras = Array.from({ length: 16 }, () => new Camera([150 * kbit, 1500 * kbit]));
    const site = new Site(3000 * kbit, cameras);
    site.run(8);
    expect(cameras.map(({ limit }) => limit)).toEqual(cameras.map(() => 0));
  });

  it('judges a way that has just become narrow by what is lost, as what came is of before, and goes on soon', () => {
    const cameras = Array.from({ length: 6 }, () => new Camera([136 * kbit, 1600 * kbit]));
    const { uplink } = new Site(0, cameras);
    const mains = (): number => cameras.filter(({ limit }) => limit === 1).length;
    uplink.look(1000, { rate: 8000 * kbit, loss: 0.7, waited: 50 });
    expect(mains()).toBe(1);
    uplink.look(1300, { rate: 1200 * kbit, loss: 0.6, waited: 50 });
    expect(cameras.map(({ limit }) => limit)).toEqual([0, 0, 0, 0, 0, 0]);
    // They fit into what comes now: less at once is all that it takes.
    uplink.look(2000, { rate: 1000 * kbit, loss: 0.4, waited: 50 });
    expect(cameras.map(({ limit }) => limit)).toEqual([0, 0, 0, 0, 0, 0]);
    uplink.look(2700, { rate: 700 * kbit, loss: 0.4, waited: 50 });
    expect(cameras.filter(({ limit }) => limit === 0).length).toBe(4);
  });

  it('tries more seldom and more seldom, as long as it stays so narrow', () => {
    const cameras = Array.from({ length: 4 }, () => new Camera([150 * kbit, 1500 * kbit]));
    const site = new Site(1000 * kbit, cameras);
    site.run(60);
    const changes = (): number => cameras.reduce((sum, { changes }) => sum + changes, 0);
    const before = changes();
    site.run(240);
    expect(changes() - before).toBeLessThanOrEqual(8);
    expect(site.sent).toBeLessThanOrEqual(site.width);
  });

  it('sends all again once there is room', () => {
    const cameras = Array.from({ length: 4 }, () => new Camera([150 * kbit, 1500 * kbit]));
    const site = new Site(1000 * kbit, cameras);
    site.run(10);
    expect(cameras.every(({ limit }) => limit === 0)).toBe(true);
    site.width = 20_000 * kbit;
    site.run(90);
    expect(cameras.map(({ limit }) => limit)).toEqual([1, 1, 1, 1]);
  });

  it('leaves no sub stream out before it is seen what room main streams have left', () => {
    // What is guessed of the sub streams alone is more than the way carries.
    const cameras = Array.from({ length: 16 }, () => new Camera([400 * kbit, 3600 * kbit]));
    const uplink = new NarrowUplink();
    for (const camera of cameras) uplink.add(camera);
    for (let now = 0; now < 600; now += 100)
      uplink.look(now, { rate: 3000 * kbit, loss: 0.9, waited: 50 });
    expect(cameras.map(({ limit }) => limit)).toEqual(cameras.map(() => 0));
  });

  it('takes loss that stays the same, whatever is sent, for none of its own', () => {
    const cameras = Array.from({ length: 8 }, () => new Camera([150 * kbit, 1500 * kbit]));
    const uplink = new NarrowUplink(() => 0.5);
    for (const camera of cameras) uplink.add(camera);
    const sent = (): number => cameras.reduce((sum, camera) => sum + camera.sent, 0);
    for (let now = 0; now < 60_000; now += 250) {
      const state = { rate: 0.8 * sent(), loss: 0.2, waited: 5 };
      const probe = uplink.look(now, state);
      if (probe !== undefined) uplink.probed(now, { ...state, rate: 0.8 * probe, sent: probe });
    }
    expect(cameras.map(({ limit }) => limit)).toEqual(cameras.map(() => 1));
  });

  it('takes loss of one packet in twenty for no sign of it', () => {
    const camera = new Camera([100 * kbit, 1000 * kbit]);
    const uplink = new NarrowUplink();
    uplink.add(camera);
    for (let now = 0; now < 60_000; now += 250) {
      uplink.look(now, { rate: 1_100_000, loss: 0.05, waited: 10 });
    }
    expect(camera.changes).toBe(0);
  });

  it('sends no layer that is more than the server lets the camera send', () => {
    const camera = Object.assign(new Camera([100 * kbit, 9000 * kbit]), { most: 8000 * kbit });
    const uplink = new NarrowUplink();
    uplink.add(camera);
    expect(uplink.limitOf(camera)).toBe(0);
  });
});
