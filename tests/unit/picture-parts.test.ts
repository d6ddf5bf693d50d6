import { expect, it } from 'vitest';
import { PictureParts } from '../../gateway/rtp/picture-parts.ts';

it('a unit of countless tiny packets is given up, and what it held is let go', () => {
  const parts = new PictureParts();
  parts.fragment(Buffer.from([0x65]), Buffer.alloc(1), 3, false);
  for (let packet = 0; packet < 20_000; packet += 1)
    parts.fragment(undefined, Buffer.alloc(1), 3, false);
  expect(parts.hasFragments).toBe(false);
  expect(parts.take()).toEqual({ units: [], isTorn: true });
});
