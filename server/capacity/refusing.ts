/** Which ranks are refused for now: a rank is taken again only well below the pressure at which it was refused. */
import { ranks, type Rank } from '../contract/rank.ts';
import { thresholds } from './thresholds.ts';

export class Refusing {
  readonly #refused = new Set<Rank>();

  /** @param pressure with what is asked for */
  takes(rank: Rank, pressure: number): boolean {
    const { refuse, slack } = thresholds;
    const from = refuse[rank] - (this.#refused.has(rank) ? slack : 0);
    return pressure < from;
  }

  /** Takes note of the pressure as it is. */
  look(pressure: number): void {
    for (const rank of ranks) {
      if (this.takes(rank, pressure)) this.#refused.delete(rank);
      else this.#refused.add(rank);
    }
  }
}
