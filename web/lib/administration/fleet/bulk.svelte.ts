/** One thing done to many zones, one after the other: what fails is told at its row, and stops no other. */
import { SvelteMap } from 'svelte/reactivity';
import { toldOfFailure } from '../../api/failure.ts';
import { texts } from '../../text/texts.ts';

export interface Told {
  readonly text: string;
  readonly failed: boolean;
}

export class Bulk {
  /** How it went, by what it was done to: a zone, or a line of a file. */
  readonly told = new SvelteMap<string, Told>();
  /** What is going on, or how it ended. */
  said = $state('');
  busy = $state(false);
  #ended = false;

  /**
   * @param name of each, by which it is told how it went
   * @param work gives the words to say when it is done; a refusal is said in its own
   */
  async run<T>(
    all: readonly T[],
    name: (one: T) => string,
    work: (one: T) => Promise<string>,
  ): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.told.clear();
    let failed = 0;
    try {
      for (const [at, one] of all.entries()) {
        if (this.#ended) return;
        this.said = texts.fleetFile.progress(at, all.length);
        const told = await toldOf(() => work(one));
        if (told.failed) failed += 1;
        this.told.set(name(one), told);
      }
      this.said = texts.fleetFile.ended(all.length - failed, failed);
    } finally {
      this.busy = false;
    }
  }

  /** Its page goes: what was not begun is left undone. */
  close(): void {
    this.#ended = true;
  }
}

async function toldOf(work: () => Promise<string>): Promise<Told> {
  try {
    return { text: await work(), failed: false };
  } catch (error) {
    return { text: toldOfFailure(error), failed: true };
  }
}
