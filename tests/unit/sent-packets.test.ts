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

  it('are forgotten with a number that comes again', () => {
    const kept = new SentPackets(bounds);
    kept.keep(7, Buffer.from('old'), 0);
    kept.keep(7, Buffer.from('new'), 100);
    expect(kept.again(7, 200)?.toString()).toBe('new');
    expect(kept.bytes).toBe(3);
  });
});
