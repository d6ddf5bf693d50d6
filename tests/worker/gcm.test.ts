/** The media worker's AES-GCM against libsrtp's own, both as they are linked into the worker, run by themselves. */
import { expect } from 'vitest';
import { testWith } from '../support/prerequisites.ts';
import { shippedLibsrtp, workerPart } from '../support/worker-part.ts';

interface Told {
  readonly replaced: number;
  readonly packets: number;
  readonly same: number;
  readonly opened: number;
  readonly refused: number;
}

const libraries = ['libcrypto'];
const libsrtp = shippedLibsrtp();
const test = testWith(['g++', 'pkg-config'], {
  libraries: libsrtp ? libraries : [...libraries, 'libsrtp2 as set-up builds it'],
  headers: ['intel-ipsec-mb.h'],
});
const compare = workerPart<Told>('gcm', {
  libraries,
  options: [...(libsrtp?.options ?? []), '-l:libIPSec_MB.a'],
  wrapped: ['srtp_replace_cipher_type'],
});

test('what it makes of RTP and RTCP is what libsrtp makes, and each opens the other’s and refuses what was changed', () => {
  const { replaced, packets, same, opened, refused } = compare();
  expect(replaced).toBe(2); // keys of 128 and of 256 bits
  expect(packets).toBe(4000);
  expect({ same, opened, refused }).toEqual({
    same: packets,
    opened: 2 * packets,
    refused: 2 * packets,
  });
});
