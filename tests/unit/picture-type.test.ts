/** Pictures of plans are known by their bytes, whatever they are called. */
import { expect, test } from 'vitest';
import { pictureTypeOf } from '../../server/plans/picture-type.ts';

test.each([
  ['image/png', Buffer.from('89504e470d0a1a0a0000000d', 'hex')],
  ['image/jpeg', Buffer.from('ffd8ffe000104a46', 'hex')],
  ['image/webp', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1')],
  [undefined, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
  [undefined, Buffer.from('RIFF\x10\0\0\0WAVEfmt ', 'latin1')],
  [undefined, Buffer.from('89504e47', 'hex')],
  [undefined, Buffer.alloc(0)],
])('%s', (type, bytes) => {
  expect(pictureTypeOf(bytes)).toBe(type);
});
