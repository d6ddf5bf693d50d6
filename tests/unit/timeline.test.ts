import { describe, expect, it } from 'vitest';
import { LayerStream } from '../../gateway/upload/layer-stream.ts';
import { Timeline } from '../../gateway/upload/timeline.ts';
import { readNtp } from '../support/peers/rtp.ts';

/** Pictures at 25/s that come late by up to 60 ms, by a sequence that is the same each time. */
function* late(first: number, stampsFrom: number, count: number) {
  let state = 1;
  for (let index = 0; index < count; index += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    const cameAt = first + index * 40 + (state / 2 ** 31) * 60;
    yield { timestamp: stampsFrom + index * 3600, cameAt };
  }
}

describe('The timeline of a stream', () => {
  it('finds the same time for pictures that two streams took together, whatever their time stamps begin with', () => {
    const streams = [new Timeline(), new Timeline()];
    for (const [index, stream] of streams.entries()) {
      const begin = index === 0 ? 0 : 123_456_789;
      for (const { timestamp, cameAt } of late(5000, begin, 100)) stream.came(timestamp, cameAt);
    }
    const [a = 0, b = 0] = streams.map((stream, index) =>
      stream.timeOf((index === 0 ? 0 : 123_456_789) + 99 * 3600),
    );
    expect(Math.abs(a - b)).toBeLessThan(5);
    expect(Math.abs(a - (5000 + 99 * 40))).toBeLessThan(5);
  });

  it('follows a clock that drifts', () => {
    const stream = new Timeline();
    for (let index = 0; index < 25 * 120; index += 1) stream.came(index * 3600, index * 40 * 1.001);
    const last = 25 * 120 - 1;
    expect(Math.abs((stream.timeOf(last * 3600) ?? 0) - last * 40 * 1.001)).toBeLessThan(15);
  });

  it('says when all that was told before is wrong', () => {
    const stream = new Timeline();
    expect(stream.came(0, 100)).toBe(false);
    expect(stream.came(3600, 140)).toBe(false);
    expect(stream.came(90_000_000, 180)).toBe(true);
    expect(stream.timeOf(90_000_000)).toBe(180);
  });

  it('is told in reports on the clock of this machine', () => {
    const stream = new LayerStream(1200);
    const now = performance.now();
    const units = [Buffer.from([0x65, 1])];
    stream.packetsOf({ units, isKey: true, timestamp: 777, cameAt: now });
    const report = stream.report(now)!;
    expect(Math.abs(readNtp(report, 8) - (performance.timeOrigin + now))).toBeLessThan(1);
  });
});
