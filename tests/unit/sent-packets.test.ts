import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SentPackets } from '../../gateway/upload/sent-packets.ts';

const bounds = { bytes: 10_000, age: 1000, times: 3, pause: 20 };

describe('Packets that are kept to be sent again', () => {
  it('are bounded in bytes and in age, whatever is sent', () => {
    const sent = fc.array(
      fc.record({ length: fc.integer({ min: 1, max: 3000 }), pause: fc.nat(300) }),
    );
    fc.assert(
      fc.property(sent, (packets) => {
        const kept = new SentPackets(bounds);
        let now = 0;
        for (const [sequence, { length, pause }] of packets.entries()) {
          now += pause;
          kept.keep(sequence, Buffer.alloc(length), now);
          expect(kept.bytes).toBeLessThanOrEqual(bounds.bytes);
        }
        for (const sequence of packets.keys())
          expect(kept.again(sequence, now + bounds.age + 1)).toBeUndefined();
      }),
    );
  });

  it('are sent again only so often, and not while they are on their way', () => {
    const kept = new SentPackets(bounds);
    kept.keep(7, Buffer.alloc(10), 0);
    const asked = [5, 25, 30, 50, 75, 100, 200].map((now) => kept.again(7, now) !== undefined);
    expect(asked).toEqual([false, true, false, true, true, false, false]);
  });

  it('are the bytes that were sent, however many came since within the bounds', () => {
    const sent = fc.array(
      fc.record({ length: fc.integer({ min: 1, max: 3000 }), pause: fc.nat(100), gap: fc.nat(3) }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(sent, (packets) => {
        const kept = new SentPackets(bounds);
        let [now, sequence] = [0, 65_000];
        const all: { sequence: number; bytes: Buffer; at: number }[] = [];
        for (const { length, pause, gap } of packets) {
          now += pause;
          sequence = (sequence + 1 + gap) & 0xffff;
          const bytes = Buffer.alloc(length, sequence);
          bytes.writeUInt8(length & 0xff, length - 1);
          kept.keep(sequence, bytes, now);
          all.push({ sequence, bytes, at: now });
        }
        let sum = 0;
        // Where a ring begins anew, what does not fit at its end is left free: half of the bytes are there for sure.
        for (const { sequence, bytes, at } of all.toReversed()) {
          sum += bytes.length;
          const again = kept.again(sequence, now + bounds.pause);
          if (again) expect(again.equals(bytes)).toBe(true);
          else if (now + bounds.pause - at <= bounds.age) expect(sum).toBeGreaterThan(5000);
        }
      }),
    );
  });

  it('are forgotten when they are not to be sent any more', () => {
    const kept = new SentPackets(bounds);
    kept.keep(7, Buffer.from('one'), 0);
    kept.clear();
    expect(kept.again(7, 100)).toBeUndefined();
    kept.keep(8, Buffer.from('two'), 0);
    expect(kept.again(8, 100)?.toString()).toBe('two');
    expect([kept.size, kept.bytes]).toEqual([1, 3]);
  });

  it('are forgotten with a number that comes again', () => {
    const kept = new SentPackets(bounds);
    kept.keep(7, Buffer.from('old'), 0);
    kept.keep(7, Buffer.from('new'), 100);
    expect(kept.again(7, 200)?.toString()).toBe('new');
    expect(kept.bytes).toBe(3);
  });
});
