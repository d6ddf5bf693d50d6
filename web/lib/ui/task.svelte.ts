/**
 * Every request of a person ends in words, and none is sent twice by a double click. The words stand where the person
 * looks: at the row that they acted on, as `people/7`, for as long as that is shown; else at what it is a part of.
 */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { toldOfFailure } from '../api/failure.ts';

/** Waiting is shown after this, ms: most answers come sooner. */
const waitShownAfter = 400;

/** Where words stand; undefined above all rows. */
export type Place = string | undefined;

/** The place of a part of a row, as of one of its forms. */
export const partOf = (row: string, part: string): string => `${row}/${part}`;

/** What a person asked for: whether it is being done, and how it ended, in words. */
export class Task {
  /** It takes long enough to be said. */
  waiting = $state(false);
  outcome = $state.raw<{ text: string; failed: boolean; at?: Place }>();
  /** Of what is being done now. */
  #doneAt = $state.raw<Place>();
  /** How many show each place. */
  readonly #shown = new SvelteMap<string, number>();
  #busy = false;
  #newestReading = 0;
  /** Ends with what was begun last. */
  #turn: Promise<unknown> = Promise.resolve();

  get busy(): boolean {
    return this.#busy;
  }

  /**
   * Changes something, after what is being read; asked again meanwhile, it does nothing. Buttons need not be
   * disabled, which would take the keyboard's focus from them.
   * @param work gives the words to say when it is done
   * @param at where they stand
   * @returns whether it went well
   */
  async run(work: () => Promise<string | undefined>, at?: Place): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    try {
      return await this.#next(() => this.#do(work, at));
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Reads something, after what was begun before; of several that wait the last one is enough.
   * @param work gives the words to say when it is done
   * @returns whether it was read
   */
  read(work: () => Promise<string | undefined>): Promise<boolean> {
    this.#newestReading += 1;
    const reading = this.#newestReading;
    return this.#next(async () => reading === this.#newestReading && (await this.#do(work)));
  }

  #next(work: () => Promise<boolean>): Promise<boolean> {
    const done = this.#turn.then(work);
    this.#turn = done;
    return done;
  }

  /** Words about a place are shown there from now on. @returns ends it */
  show(at: string): () => void {
    const count = (by: 1 | -1): void => {
      const shown = untrack(() => this.#shown.get(at) ?? 0) + by;
      if (shown > 0) this.#shown.set(at, shown);
      else this.#shown.delete(at);
    };
    count(1);
    return () => count(-1);
  }

  /** What is to be said at a place now. */
  saidAt(place: Place): { text: string; failed: boolean } | undefined {
    const { outcome } = this;
    return outcome && this.#nearest(outcome.at) === place ? outcome : undefined;
  }

  /** Whether it is to be said at a place that somebody waits. */
  waitsAt(place: Place): boolean {
    return this.waiting && this.#nearest(this.#doneAt) === place;
  }

  /** Where words about a place are shown: its row may have gone by what was done to it. */
  #nearest(at: Place): Place {
    let place = at;
    while (place !== undefined && !this.#shown.has(place)) {
      const end = place.lastIndexOf('/');
      place = end === -1 ? undefined : place.slice(0, end);
    }
    return place;
  }

  async #do(work: () => Promise<string | undefined>, at?: Place): Promise<boolean> {
    this.outcome = undefined;
    this.#doneAt = at;
    const timer = setTimeout(() => (this.waiting = true), waitShownAfter);
    try {
      const text = await work();
      if (text) this.outcome = { text, failed: false, at };
      return true;
    } catch (error) {
      this.failed(error, at);
      return false;
    } finally {
      clearTimeout(timer);
      this.waiting = false;
    }
  }

  failed(error: unknown, at?: Place): void {
    this.fail(toldOfFailure(error), at);
  }

  fail(text: string, at?: Place): void {
    this.outcome = { text, failed: true, at };
  }
}
