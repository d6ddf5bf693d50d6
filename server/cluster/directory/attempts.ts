/** Attempts to sign in, counted in Redis for all nodes together: guesses that are spread over nodes are no more guesses. */
import { createHash, randomUUID } from 'node:crypto';
import { RefusedError } from '../../contract/errors.ts';
import type { Redis } from './redis.ts';
import { keys } from './scripts.ts';

/** An attempt whose node has died counts for so long, ms. */
const forgotten = 30_000;

/** Why an attempt cannot begin. */
export type Hold = { readonly wait: true } | { readonly spentFor: number };

export class NodesAttempts {
  readonly #redis: Pick<Redis, 'run' | 'trouble'>;

  constructor(redis: Pick<Redis, 'run' | 'trouble'>) {
    this.#redis = redis;
  }

  /**
   * @param most failures in a period
   * @returns what the attempt is called; or for how long all failures are spent, ms, or that others are under way
   * @throws RefusedError `unavailable` when it cannot be counted
   */
  async begin(name: string, most: number): Promise<string | Hold> {
    // Nobody who signs in waits for a Redis that is known not to answer.
    if (this.#redis.trouble !== undefined) {
      throw new RefusedError('unavailable', 'Attempts of all nodes cannot be counted.');
    }
    const id = randomUUID();
    const answer = await this.#redis.run('beginAttempt', [keyOf(name)], [id, most, forgotten]);
    const [what, time = 0] = answer as ['begun' | 'wait' | 'spent', number?];
    if (what === 'begun') return id;
    return what === 'wait' ? { wait: true } : { spentFor: time };
  }

  /**
   * @param thing what has failed, or is forgiven; the attempt itself if not said
   * @param period after which failures are forgotten, ms
   */
  async end(
    name: string,
    id: string,
    outcome: 'failed' | 'right' | 'neither',
    thing: string | undefined,
    period: number,
  ): Promise<void> {
    const failed = thing === undefined ? id : digest(thing);
    await this.#redis.run('endAttempt', [keyOf(name)], [id, outcome, failed, period]);
  }
}

/** Names and addresses do not get to Redis, and are no longer than others. */
function keyOf(name: string): string {
  return keys.attempts(digest(name));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
