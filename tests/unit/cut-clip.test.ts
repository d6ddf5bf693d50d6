/** Clips that light publishers replay are whole, however uneven the camera was. */
import { expect, test } from 'vitest';
import { cutLayer, isWhole, type Packet } from '../support/peers/cut-clip.ts';

/** A VP8 packet of one picture (RFC 7741 §4.2). @param at in frames of 30 a second */
function packet(number: number, at: number, isKey = false): Packet {
  const descriptor = [0x90, 0x80, 0x80 | (number >> 8), number & 0xff];
  const frame = [isKey ? 0 : 1, ...Array.from({ length: 12 }, () => 0)];
  return {
    ...{ timestamp: Math.round(at * 3000), sequence: number },
    payload: Buffer.from([...descriptor, ...frame]),
  };
}
const cut = (packets: Packet[], count: number) => cutLayer(packets, 30, count).frames;

test('two pictures in the time of one have two places, and a place that is missed stays empty', () => {
  const times = [0, 1.1, 2.6, 3.4, 6, 7];
  const frames = cut(
    times.map((at, index) => packet(index, at, index === 0)),
    8,
  );
  expect(frames.map(({ length }) => length)).toEqual([1, 1, 0, 1, 1, 0, 1, 1]);
  expect(isWhole({ frames })).toBe(true);
});

test('what was lost while it was recorded is noticed, and two pictures in one place', () => {
  const [first, second, third] = [packet(0, 0, true), packet(1, 1), packet(2, 2)];
  expect(isWhole({ frames: cut([first, third], 3) })).toBe(false);
  expect(isWhole({ frames: [[first.payload], [second.payload, third.payload]] })).toBe(false);
  expect(isWhole({ frames: cut([third, first, second], 3) })).toBe(true);
});
