/**
 * Which sign-ins have shown a code of their second factor a moment ago, at whichever server on the store. It is the word of
 * the server that was shown the code, and gone with it.
 */
import type { Records, Store } from '../store/store.ts';
import { timeOfDay } from '../time.ts';

/** A code works once and a new one takes 30 s to come, so a code just shown counts for this long, ms. */
const freshFor = 300_000;
/** Clocks of servers differ by so much, ms. */
const leeway = 5000;

/** In the store, by the sign-in: until when it counts, and the run of the server that says so. */
export const shownCodes = 'shown-code:';

export class ShownCodes {
  readonly #store: Pick<Store, 'facts' | 'runs'>;
  readonly #run: string;

  /** @param run names this server among those on the store */
  constructor(store: Pick<Store, 'facts' | 'runs'>, run: string) {
    this.#store = store;
    this.#run = run;
  }

  /** This sign-in has just shown a code. */
  async note({ facts }: Pick<Records, 'facts'>, signInId: string): Promise<void> {
    // The end comes first, so that values are in the order of their time (expired.ts).
    await facts.set(shownCodes + signInId, `${timeOfDay() + freshFor} ${this.#run}`);
  }

  async isFresh(signInId: string): Promise<boolean> {
    const { facts, runs } = this.#store;
    const [until, run] = ((await facts.get(shownCodes + signInId)) ?? '').split(' ');
    const left = Number(until) - timeOfDay();
    return left > 0 && left <= freshFor + leeway && run !== undefined && runs.has(run);
  }
}
