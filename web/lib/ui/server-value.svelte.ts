/** What the administration shows of the server is loaded, changed there, and read again in the same way. */
import { Task } from './task.svelte.ts';

/** What the server keeps: read, changed there, and read again. */
export class ServerValue<T> {
  /** Undefined until it was read. */
  value = $state.raw<T>();
  readonly task = new Task();
  #stale = false;
  readonly #ask: () => Promise<T>;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
    void this.task.run(() => this.#read());
  }

  /**
   * @param said what to say when it is done
   * @returns whether it went well
   */
  change(work: () => Promise<unknown>, said: string): Promise<boolean> {
    return this.task.run(async () => {
      await work();
      await this.#read();
      return said;
    });
  }

  /** Looks whether anything changed meanwhile; what was said of a change stays. */
  async refresh(): Promise<void> {
    if (this.task.busy) return;
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
    this.value = await this.#ask();
  }
}

/** A list of it. */
export class ServerList<T> extends ServerValue<T[]> {
  get list(): T[] | undefined {
    return this.value;
  }
}
