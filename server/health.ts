/** The health of the server's parts: the one home of what `/readyz` and the metrics say of them. */
import type { HealthReport, Joins } from './contract/health.ts';
import { ranks, type Rank } from './contract/rank.ts';

/** What is wrong with a part. */
export interface Trouble {
  /** One sentence for the administrator; anybody may read it too, so it holds nothing secret. */
  readonly reason: string;
  /** Whether joins fail because of it, so that a load balancer is to send people elsewhere. */
  readonly stopsJoins: boolean;
  /** Whose joins fail because of it, where it is not everybody's. */
  readonly stops?: readonly Rank[];
}

/** Returns what is wrong with a part now; undefined is well. It answers at once and does not throw. */
export type Look = () => Trouble | undefined;

export class Health {
  readonly #looks = new Map<string, Look>();

  /** Has a part looked at whenever somebody asks. @param part one of a closed list: it is a label of metrics */
  watch(part: string, look: Look): void {
    this.#looks.set(part, look);
  }

  get report(): HealthReport {
    const troubles = this.#troubles;
    return {
      ready: troubles.every(([, trouble]) => !trouble?.stopsJoins),
      parts: Object.fromEntries(troubles.map(([part, trouble]) => [part, trouble?.reason ?? 'ok'])),
    };
  }

  /** Whose joins would succeed now. */
  get joins(): Joins {
    const troubles = this.#troubles.map(([, trouble]) => trouble);
    const works = (rank: Rank): boolean =>
      troubles.every((trouble) => !trouble?.stopsJoins && !trouble?.stops?.includes(rank));
    return Object.fromEntries(ranks.map((rank) => [rank, works(rank)])) as Joins;
  }

  get #troubles() {
    return [...this.#looks].map(([part, look]) => [part, look()] as const);
  }
}
