/** Every request of a person ends in words, and none is sent twice by a double click. */
import { messageOf, RefusedError } from '../../../server/contract/errors.ts';
import { signInAgain } from '../api/sign-in-again.ts';

/** Waiting is shown after this, ms: most answers come sooner. */
const waitShownAfter = 400;

/** What a person asked for: whether it is being done, and how it ended, in words. */
export class Task {
  /** It takes long enough to be said. */
  waiting = $state(false);
  outcome = $state.raw<{ text: string; failed: boolean }>();
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
   * @returns whether it went well
   */
  async run(work: () => Promise<string | undefined>): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    try {
      return await this.#next(() => this.#do(work));
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

  async #do(work: () => Promise<string | undefined>): Promise<boolean> {
    this.outcome = undefined;
    const timer = setTimeout(() => (this.waiting = true), waitShownAfter);
    try {
      const text = await work();
      if (text) this.outcome = { text, failed: false };
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    } finally {
      clearTimeout(timer);
      this.waiting = false;
    }
  }

  /** A person who is no longer signed in goes to the sign-in page, and comes back from there. */
  failed(error: unknown): void {
    if (error instanceof RefusedError && error.code === 'unauthenticated') signInAgain();
    this.fail(messageOf(error));
  }

  fail(text: string): void {
    this.outcome = { text, failed: true };
  }
}
