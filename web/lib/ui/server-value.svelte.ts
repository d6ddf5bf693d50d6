/** What the administration shows of the server is loaded, changed there, and read again in the same way. */
import { Task, type Place } from './task.svelte.ts';

/** How often a page looks again, ms: at what its person works with, and at what stands beside other work. */
export const lookAgain = { soon: 3000, beside: 10_000 };

/** What the server keeps: read, changed there, and read again. */
export class ServerValue<T> {
  /** Undefined until it was read. */
  value = $state.raw<T>();
  readonly task = new Task();
  #stale = false;
  #readings = 0;
  readonly #ask: () => Promise<T>;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
    void this.task.read(() => this.#read());
  }

  /**
   * @param said what to say when it is done
   * @param at where that stands: at the row that it is about
   * @returns whether it went well
   */
  change(work: () => Promise<unknown>, said: string, at?: Place): Promise<boolean> {
    return this.task.run(async () => {
      await work();
      await this.#read();
      return said;
    }, at);
  }

  /**
   * Looks again and again while the page is seen, and as soon as it is seen again.
   * @param every ms
   * @returns ends it
   */
  keepFresh(every = lookAgain.soon): () => void {
    const look = (): void => {
      if (!document.hidden) void this.refresh();
    };
    const timer = setInterval(look, every);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }

  /** Looks whether anything changed meanwhile; what was said of a change stays. */
  async refresh(): Promise<void> {
    try {
      await this.#read();
      if (this.#stale) this.task.outcome = undefined;
      this.#stale = false;
    } catch (error) {
      this.#stale = true;
      this.task.failed(error);
    }
  }

  async #read(): Promise<undefined> {
    this.#readings += 1;
    const reading = this.#readings;
    const value = await this.#ask();
    // What was asked for earlier may come later.
    if (reading === this.#readings) this.value = value;
  }
}

/** A list of it. */
export class ServerList<T> extends ServerValue<T[]> {
  get list(): T[] | undefined {
    return this.value;
  }
}
