/** What the media worker makes of a packet for a viewer that came with an offer's numbers, compiled and asked by itself. */
import { expect } from 'vitest';
import { testWith } from '../support/prerequisites.ts';
import { workerPart } from '../support/worker-part.ts';

/** As in `tests/support/offered-numbers.cpp`. */
interface Told {
  readonly media: string | null;
  readonly probe: string | null;
  readonly refused?: true;
  readonly taken?: number;
}

const test = testWith(['g++', 'pkg-config'], { libraries: [] });
const tell = workerPart<Told>('offered-numbers', { libraries: [], wrapped: [] });

/** A packet with the marker, sequence number 0102, timestamp 03040506, and SSRC 0708090a. */
const packet = (payloadType: number, { extensions = '', payload = 'cafe' } = {}): string =>
  (extensions === '' ? '80' : '90') +
  (payloadType | 0x80).toString(16) +
  `0102030405060708090a${extensions}${payload}`;
/** MID `v`, send time 112233, number 4455; in the short form, as the worker has them. */
const worker = 'bede0003' + '1076' + '42112233' + '514455' + '000000';

test('payload types of media and of what is sent again become the offered ones, and the marker stays', () => {
  const numbers = '100=96,101=97 1=4 126';
  expect(tell(numbers, packet(100)).media).toBe(packet(96));
  expect(tell(numbers, packet(101)).media).toBe(packet(97));
  expect(tell(numbers, packet(100).replace('80e4', '8064')).media?.slice(0, 4)).toBe('8060');
});

test('ids become the offered ones, and what is not offered is left out', () => {
  const whole = tell('100=96 1=4,4=3,5=14 126', packet(100, { extensions: worker }));
  const short = 'bede0003' + '4076' + '32112233' + 'e14455' + '000000';
  expect(whole.media).toBe(packet(96, { extensions: short }));
  const numbered = tell('100=96 5=1 126', packet(100, { extensions: worker }));
  expect(numbered.media).toBe(packet(96, { extensions: 'bede0001' + '114455' + '00' }));
});

test('a packet of which no extension is offered has none', () => {
  expect(tell('100=96  126', packet(100, { extensions: worker })).media).toBe(packet(96));
  expect(tell('100=96 9=3 126', packet(100, { extensions: worker })).media).toBe(packet(96));
});

test('ids above 14 make all packets long, and a long value makes its packet long', () => {
  const long = tell('100=96 1=4,5=200 126', packet(100, { extensions: worker }));
  const both = '10000002' + '040176' + 'c8024455' + '00';
  expect(long.media).toBe(packet(96, { extensions: both }));
  // Also without the extension that has the high id, since not each receiver takes both forms in one stream.
  const one = packet(100, { extensions: 'bede0001' + '10760000' });
  expect(tell('100=96 1=4,5=200 126', one).media).toBe(
    packet(96, { extensions: '10000001' + '04017600' }),
  );
  const value = 'ab'.repeat(17);
  const descriptor = packet(100, { extensions: '10000006' + `0711${value}` + '01017600' + '00' });
  expect(tell('100=96 7=9 126', descriptor).media).toBe(
    packet(96, { extensions: '10000005' + `0911${value}` + '00' }),
  );
  // What was long only because of what is left out is short again.
  expect(tell('100=96 1=9 126', descriptor).media).toBe(
    packet(96, { extensions: 'bede0001' + '90760000' }),
  );
});

test('what only tries the link has a payload type of its own, where the offer uses its usual one', () => {
  const { probe } = tell('100=127 1=4,5=3 35', packet(127, { extensions: worker }));
  expect(probe).toBe(packet(35, { extensions: 'bede0002' + '4076' + '314455' + '000000' }));
  expect(tell('100=127 1=4,5=3 35', packet(100)).media).toBe(packet(127));
});

test('sources of a mixer are kept', () => {
  const mixed = packet(100).replace('80e4', '82e4').replace('cafe', '1111111122222222cafe');
  expect(tell('100=96  126', mixed).media).toBe(mixed.replace('82e4', '82e0'));
});

test('what has no number in the offer, or is no whole packet, is not sent', () => {
  expect(tell('100=96  126', packet(102)).media).toBeNull();
  expect(tell('100=96  126', packet(100).slice(0, 22)).media).toBeNull();
  const cut = packet(100, { extensions: 'bede0009' + '10760000' });
  expect(tell('100=96 1=4 126', cut).media).toBeNull();
  const beyond = packet(100, { extensions: 'bede0001' + '1f760000' });
  expect(tell('100=96 1=4 126', beyond).media).toBeNull();
});

test('numbers that cannot be are refused', () => {
  for (const text of [
    '',
    '100=96',
    '100=96 1=4',
    '100 1=4 126',
    '100=128 1=4 126',
    '100=96 1=256 1',
  ]) {
    expect(tell(text, packet(100)), text).toEqual({ refused: true });
  }
  expect(tell('100=96 1=4 126 more', packet(100))).toEqual({ refused: true });
});

test('damaged packets never leave their bounds', () => {
  expect(tell('100=96,1=2,7=9 1=4,2=15,7=200,15=1 126').taken).toBeGreaterThan(100);
});
