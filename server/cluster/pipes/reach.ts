/**
 * Which other nodes cannot be reached from here although they live, as Redis knows: by the nodes' own connection, or by
 * media. They are not tried for a while, longer each time, as each attempt costs viewers seconds.
 */
import { z } from 'zod';
import { jittered } from '../../jitter.ts';
import type { NodeRun } from '../wire/peers.ts';

/** For so long one that failed is not tried again, ms; doubled each time, and spread by chance. */
const rest = { first: 2000, most: 20_000 };
/** So long after its rest it counts as unreachable still, ms: somebody has to try it first. */
const memory = 10_000;

/**
 * So long after a node was found to hear nothing of what is sent there, that is told, and known, ms. While it matters, it is
 * found again and again; and two of them are not to take turns.
 */
const oneWay = { told: 15_000, known: 600_000 };

/** What a node tells of those that it does not reach. */
export const UnreachableNodes = z.array(
  z.object({
    node: z.string(),
    reason: z.string(),
    /** Set where media comes from there, and nothing goes there. */
    oneWay: z.boolean().optional(),
  }),
);
export type Unreachable = z.infer<typeof UnreachableNodes>[number];

interface Failure extends Unreachable {
  readonly delay: number;
  /** ms */
  readonly until: number;
}

export class Reach {
  readonly #failures = new Map<string, Failure>();
  /** Those from which media comes, and to which nothing goes. */
  readonly #oneWay = new Map<string, Unreachable & { readonly since: number }>();
  readonly #clock: () => number;

  /** @param clock ms, monotonic */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** @param reason for whoever looks after the network between the two nodes */
  failed({ node, boot }: NodeRun, reason: string): void {
    const before = this.#failures.get(boot);
    if (before && before.until > this.#clock()) return; // Another zone has found it out.
    const delay = before ? Math.min(rest.most, before.delay * 2) : rest.first;
    const until = this.#clock() + jittered(delay, 0.25);
    this.#failures.set(boot, { node, reason, delay, until });
  }

  /** Media comes from it, and nothing goes there: it is used while there is no other way. */
  goesOneWay({ node, boot }: NodeRun, reason: string): void {
    this.#oneWay.set(boot, { node, reason, oneWay: true, since: this.#clock() });
  }

  /** Whether media comes from it, and nothing goes there. */
  isOneWay(boot: string): boolean {
    return (this.#oneWay.get(boot)?.since ?? -Infinity) + oneWay.known > this.#clock();
  }

  /** Media has come from it. */
  works(boot: string): void {
    this.#failures.delete(boot);
  }

  /** Whether it is not to be tried now. */
  avoids(boot: string): boolean {
    return (this.#failures.get(boot)?.until ?? -Infinity) > this.#clock();
  }

  /** Why it could not be reached; undefined for one that can, as far as this node knows. */
  reasonOf(boot: string): string | undefined {
    return (this.#failures.get(boot) ?? this.#oneWay.get(boot))?.reason;
  }

  /** All that cannot be reached. @param living the runs that live: what has died is not to be reached by anybody */
  list(living: ReadonlySet<string>): Unreachable[] {
    for (const [boot, { until }] of this.#failures) {
      if (!living.has(boot) || until + memory < this.#clock()) this.#failures.delete(boot);
    }
    for (const [boot, { since }] of this.#oneWay) {
      if (!living.has(boot) || since + oneWay.known < this.#clock()) this.#oneWay.delete(boot);
    }
    const now = this.#clock();
    const told = [...this.#oneWay].filter(([, { since }]) => since + oneWay.told > now);
    const all = new Map<string, Unreachable>([...told, ...this.#failures]);
    return [...all.values()].map(({ node, reason, oneWay }) => ({
      ...{ node, reason },
      ...(oneWay ? { oneWay } : {}),
    }));
  }
}

/** What an administrator is told of them; undefined where there is nothing to be told. */
export function inWords(unreachable: readonly Unreachable[]): string | undefined {
  const [cut, deaf] = [false, true].map((oneWay) =>
    unreachable.flatMap((each) => ((each.oneWay ?? false) === oneWay ? each.node : [])).join(', '),
  );
  if (cut) return `Pictures of these nodes do not come to here: ${cut}. The log says why.`;
  if (!deaf) return undefined;
  return `UDP from here does not come to these nodes, so what is lost is not sent again: ${deaf}.`;
}
