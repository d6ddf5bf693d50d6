/** What the administration shows of the server is loaded, changed there, and read again in the same way. */
import { Task, type Place } from './task.svelte.ts';

const refreshing = 3000; // ms

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
   * Looks again and again while the page is seen.
   * @returns ends it
   */
  keepFresh(): () => void {
    const timer = setInterval(() => {
      if (!document.hidden) void this.refresh();
    }, refreshing);
    return () => clearInterval(timer);
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
