/** Which layers cross a link between two nodes that is too narrow, over a model of one: a queue that fills and drops. */
import { expect, test } from 'vitest';
import { NarrowLink, type Picture } from '../../server/cluster/pipes/narrow-link.ts';
import { RoundTrips } from '../../server/cluster/pipes/round-trips.ts';
import type { Arrivals } from '../../server/media/plane.ts';

const step = 250; // ms
const rates = [100_000, 300_000, 900_000]; // bit/s
const packet = 1100 * 8; // bits

class TestPicture implements Picture {
  readonly areas = [1, 4, 16];
  arrivals: Arrivals = { streams: rates.map(() => nothing), roundTrip: undefined };
  limits = 0;
  wanted: number | null;

  constructor(wanted: number | null) {
    this.wanted = wanted;
  }

  onLimit(): void {
    this.limits += 1;
  }
}

const nothing = { bytes: 0, packets: 0, askedAgain: 0, cameAgain: 0 };

/** Two nodes, and what lies between them. */
class Between {
  readonly link = new NarrowLink(() => 0.5);
  readonly pictures: TestPicture[] = [];
  /** bit/s */
  width = 10_000_000;
  /** What waits in the network before packets are dropped, ms at the present width. */
  queue = 300;
  /** Share of the packets that are lost whatever comes. */
  loss = 0;
  now = 0;
  /** ms in which more was sent than fits. */
  overloaded = 0;
  #waiting = 0; // bits

  show(wanted: number | null): TestPicture {
    const picture = new TestPicture(wanted);
    this.pictures.push(picture);
    this.link.add(picture);
    return picture;
  }

  layerOf(picture: TestPicture): number {
    return Math.min(picture.wanted ?? -1, this.link.limitOf(picture));
  }

  get layers(): number[] {
    return this.pictures.map((picture) => this.layerOf(picture));
  }

  pass(time: number): void {
    for (const end = this.now + time; this.now < end; this.now += step) {
      this.#pass();
      this.link.look(this.now);
    }
  }

  #pass(): void {
    const sent = this.pictures.map((picture) => rates.slice(0, this.layerOf(picture) + 1));
    const bits = (sent.flat().reduce((sum, rate) => sum + rate, 0) * step) / 1000;
    const drains = (this.width * step) / 1000;
    if (bits > drains) this.overloaded += step;
    const room = (this.width * this.queue) / 1000;
    const after = Math.max(0, this.#waiting + bits - drains);
    const dropped = Math.max(0, after - room) / Math.max(1, bits);
    // What waited comes too.
    const comes = Math.min(drains, this.#waiting + bits) / Math.max(1, bits);
    this.#waiting = Math.min(room, after);
    const lost = 1 - (1 - dropped) * (1 - this.loss);
    for (const [index, picture] of this.pictures.entries()) {
      const roundTrip = 20 + (this.#waiting / this.width) * 1000;
      const streams = picture.arrivals.streams.map((stream, layer) => {
        const came = ((sent[index]?.[layer] ?? 0) * step) / 1000;
        return {
          bytes: stream.bytes + (came * comes * (1 - this.loss)) / 8,
          packets: stream.packets + (came * comes * (1 - this.loss)) / packet,
          askedAgain: stream.askedAgain + (came * lost * (1 + lost)) / packet,
          cameAgain: 0,
        };
      });
      picture.arrivals = { streams, roundTrip };
    }
  }
}

/** One large tile and four small ones, each of another zone. */
function tiles(): { between: Between; large: TestPicture } {
  const between = new Between();
  for (let tile = 0; tile < 4; tile += 1) between.show(0);
  return { between, large: between.show(2) };
}

test('on a wide link all is carried that is wanted', () => {
  const { between } = tiles();
  between.pass(60_000);
  expect(between.layers).toEqual([0, 0, 0, 0, 2]);
  expect(between.pictures.every(({ limits }) => limits === 0)).toBe(true);
});

test('of one large tile and four small ones over 1 Mbit/s the large one is lowered to what fits, and no other', () => {
  const { between, large } = tiles();
  between.width = 1_000_000;
  between.pass(12_000);
  expect(between.layers).toEqual([0, 0, 0, 0, 1]);
  expect(between.overloaded).toBeLessThanOrEqual(1500);
  for (const picture of between.pictures) if (picture !== large) expect(picture.limits).toBe(0);
});

test('what does not fit is tried again, less and less often', () => {
  const { between, large } = tiles();
  between.width = 1_000_000;
  between.pass(600_000);
  expect(between.layerOf(large)).toBeGreaterThan(0);
  expect(large.limits).toBeGreaterThan(10);
  expect(between.overloaded / between.now).toBeLessThan(0.04);
});

test('when the link has widened, the large tile has all again within a minute, and no trace is left', () => {
  const { between } = tiles();
  between.width = 1_000_000;
  between.pass(120_000);
  between.width = 10_000_000;
  between.pass(72_000);
  expect(between.layers).toEqual([0, 0, 0, 0, 2]);
  between.pass(70_000);
  between.show(2);
  expect(between.layers).toEqual([0, 0, 0, 0, 2, 2]);
});

test('packets lost by chance, up to one in ten, lower nothing', () => {
  const { between } = tiles();
  for (const loss of [0.05, 0.1]) {
    between.loss = loss;
    between.pass(60_000);
    expect(between.layers).toEqual([0, 0, 0, 0, 2]);
  }
});

test('where the network holds much and drops nothing, the delay tells', () => {
  const { between } = tiles();
  between.pass(5000);
  between.width = 1_000_000;
  between.queue = 60_000;
  between.pass(5000);
  expect(between.layers).toEqual([0, 0, 0, 0, 1]);
});

test('a tile that grows on a link known to be narrow gets what fits, and takes nothing from the others', () => {
  const { between, large } = tiles();
  between.width = 1_000_000;
  between.pass(4000);
  large.wanted = 0;
  between.pass(3000);
  const other = between.pictures[0];
  if (!other) throw new Error('there are tiles');
  other.wanted = 2;
  const before = between.overloaded;
  expect(between.layerOf(other)).toBe(0);
  expect(between.layerOf(large)).toBe(0);
  between.pass(2000);
  expect(between.overloaded).toBe(before);
  between.pass(4000);
  expect(between.layerOf(other)).toBe(1);
});

test('many large tiles come down within seconds, however many there are', () => {
  const between = new Between();
  between.width = 2_000_000;
  for (let tile = 0; tile < 6; tile += 1) between.show(2);
  between.pass(5000);
  const sum = between.layers.flatMap((layer) => rates.slice(0, layer + 1));
  expect(sum.reduce((bits, rate) => bits + rate, 0)).toBeLessThanOrEqual(2_000_000);
  // One step more would be a twentieth too much, which shows only after seconds.
  between.pass(600_000);
  expect(between.overloaded / between.now).toBeLessThan(0.15);
});

test('where not even the smallest layers fit, nothing is done in vain', () => {
  const between = new Between();
  between.width = 200_000;
  const all = [0, 0, 0, 0].map((wanted) => between.show(wanted));
  between.pass(60_000);
  expect(all.map(({ limits }) => limits)).toEqual([0, 0, 0, 0]);
});

test('a picture that nobody wants, and one that has gone, has no part in it', () => {
  const { between, large } = tiles();
  between.width = 1_000_000;
  between.pass(4000);
  large.wanted = null;
  between.pass(10_000);
  expect(between.layers).toEqual([0, 0, 0, 0, -1]);
  between.link.remove(large);
  between.pass(70_000);
  for (const picture of between.pictures) between.link.remove(picture);
  expect(between.link.isBlank).toBe(true);
});

test('layers in one stream are told apart by their pixels', () => {
  const link = new NarrowLink(() => 0.5);
  const pictures = [new TestPicture(2), new TestPicture(0)];
  for (const picture of pictures) link.add(picture);
  const [large, small] = pictures as [TestPicture, TestPicture];
  expect([link.limitOf(large), link.limitOf(small)]).toEqual([2, 2]);
  for (let now = 0; now <= 750; now += step) {
    const count = (kilobytes: number, askedAgain: number) => ({
      streams: [
        {
          ...{ bytes: kilobytes * now, packets: kilobytes * now },
          ...{ askedAgain: askedAgain * now, cameAgain: 0 },
        },
      ],
      roundTrip: undefined,
    });
    large.arrivals = count(100, 100);
    small.arrivals = count(10, 10);
    link.look(now);
  }
  expect(link.limitOf(large)).toBe(1);
  expect(link.limitOf(small)).toBe(0);
});

test('a round trip that has grown for a moment is no narrow link, nor one that stays longer', () => {
  const trips = new RoundTrips();
  expect(trips.grown(0, [20, 30, 5000])).toBe(false);
  expect(trips.grown(500, [700])).toBe(false);
  expect(trips.grown(1500, [700])).toBe(false);
  expect(trips.grown(2000, [40])).toBe(false);
  expect(trips.grown(2500, [700])).toBe(false);
  expect(trips.grown(4500, [700])).toBe(true);
  // Less was asked for: what waits is carried off.
  expect(trips.grown(5000, [650])).toBe(false);
  expect(trips.grown(6000, [600])).toBe(false);
  expect(trips.grown(7000, [550])).toBe(false);
  for (let now = 7500; now < 65_000; now += 500) trips.grown(now, [700]);
  for (let now = 65_000; now < 70_000; now += 500) expect(trips.grown(now, [700])).toBe(false);
  expect(trips.grown(70_000, [])).toBe(false);
});
