/** When a stream that has failed is tried again: soon where it may come back by itself, seldom where a person is needed. */
import type { TroubleCode } from '../../server/contract/gateway.ts';

/** Tries follow each other so quickly, ms, for so long after the first failure, ms. */
export const quick = { every: 500, for: 10_000 };
/** Back-off begins with this, doubles, and ends here, ms. */
const backOff = { first: 1000, longest: 30_000 };
/** For what only somebody at the camera can mend, ms. */
const seldom = 60_000;
/** Whole pictures for so long, ms, and what was before does not count any more. */
export const steadyAfter = 3000;
/** Between tries with a password that was refused, ms: each may be one of few until the account is locked. */
const afterRefusal = 2000;

type Manner = 'quick' | 'slow' | 'seldom' | 'never' | 'password';

const manners: Record<TroubleCode, Manner> = {
  unreachable: 'quick',
  closed: 'quick',
  stalled: 'quick',
  // Sessions that the camera has not forgotten yet have to run out there.
  'no-session': 'slow',
  'not-rtsp': 'slow',
  'transcoder-failed': 'slow',
  internal: 'slow',
  'wrong-path': 'seldom',
  'unsupported-codec': 'seldom',
  certificate: 'seldom',
  // The right one may come back to its address.
  'other-camera': 'seldom',
  'wrong-password': 'password',
  'wrong-network': 'never',
  // Of the upload, which tries by itself.
  'streams-differ': 'seldom',
  'masks-required': 'seldom',
  'zone-occupied': 'seldom',
  forbidden: 'seldom',
  'no-way': 'seldom',
};

export class Patience {
  readonly #random: () => number;
  #failingSince: number | undefined;
  #wait = backOff.first;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Whole pictures have come for long enough. */
  steady(): void {
    this.#failingSince = undefined;
    this.#wait = backOff.first;
  }

  /** @returns how long to wait until the next try, ms; undefined for no more tries */
  afterFailure(code: TroubleCode): number | undefined {
    const now = performance.now();
    this.#failingSince ??= now;
    const manner = manners[code];
    if (manner === 'never') return undefined;
    if (manner === 'password') return afterRefusal;
    if (manner === 'seldom') return this.#jittered(seldom);
    if (manner === 'quick' && now - this.#failingSince < quick.for) return quick.every;
    const wait = this.#wait;
    this.#wait = Math.min(2 * wait, backOff.longest);
    return this.#jittered(wait);
  }

  /** So that cameras that were lost together do not come back all at once: between half of it and all. */
  #jittered(wait: number): number {
    return wait * (1 - this.#random() / 2);
  }
}
