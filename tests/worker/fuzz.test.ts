/** The media worker's parts are given what nobody would send, for 20 s each. */
import { expect } from 'vitest';
import { testWith } from '../support/prerequisites.ts';
import { compiler, fuzz } from '../support/worker-fuzzer.ts';
import { shippedLibsrtp, type Linked } from '../support/worker-part.ts';

const seconds = 20;
/** A fuzzer that reaches less has not been let in; each has some hundreds. */
const fewestEdges = 100;
const fewestRuns = 1000;
const libsrtp = shippedLibsrtp();

const parts: [name: string, linked: Linked, needs: { libraries: string[]; headers?: string[] }][] =
  [
    ['inbox', { libraries: ['libuv'], wrapped: [] }, { libraries: ['libuv'] }],
    [
      'outbox',
      { libraries: ['libuv'], wrapped: ['sendmmsg', 'uv_udp_try_send'] },
      { libraries: ['libuv'] },
    ],
    [
      'srtp',
      {
        libraries: ['libcrypto'],
        options: [...(libsrtp?.options ?? []), '-l:libIPSec_MB.a'],
        wrapped: [],
      },
      {
        libraries: libsrtp ? ['libcrypto'] : ['libsrtp2 as set-up builds it'],
        headers: ['intel-ipsec-mb.h'],
      },
    ],
  ];

for (const [name, linked, needs] of parts) {
  testWith([compiler, 'pkg-config'], needs)(`no bytes bring ${name} out of order`, () => {
    const { runs, edges, found } = fuzz(name, seconds, linked);
    expect(found).toBeUndefined();
    expect(runs).toBeGreaterThan(fewestRuns);
    expect(edges).toBeGreaterThan(fewestEdges);
    console.log(`${name}: ${runs} inputs, ${edges} edges in ${seconds} s`);
  });
}
