/** Hears of what was changed through other servers on the same store: masks, zones, rights, sign-ins. */
import type { Logger } from 'pino';
import type { Store } from './store/store.ts';

const interval = 1000; // ms

export class News {
  readonly #store: Store;
  readonly #heard: () => Promise<void>;
  readonly #log: Logger;
  #seen: number;
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(store: Store, heard: () => Promise<void>, log: Logger, seen: number) {
    this.#store = store;
    this.#heard = heard;
    this.#log = log;
    this.#seen = seen;
  }

  /** @param heard looks again at all that is kept in memory; called once at first, and after each change */
  static async begin(store: Store, heard: () => Promise<void>, log: Logger): Promise<News> {
    const seen = await store.news.number();
    await heard();
    const news = new News(store, heard, log, seen);
    news.#schedule();
    return news;
  }

  /** Call for this server's own changes, which it knows already. */
  own(number: number): void {
    if (number === this.#seen + 1) this.#seen = number;
  }

  /**
   * Resolves when what is in memory is as the store has it now.
   * @throws StoreError when that cannot be known
   */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.look()
        // The store's health reports what is wrong with it, once.
        .catch((error: unknown) => this.#log.debug({ err: error }, 'no news from the store'))
        .finally(() => this.#schedule());
    }, interval).unref();
  }

  async #look(): Promise<void> {
    const number = await this.#store.news.number();
    if (number === this.#seen) return;
    await this.#heard();
    this.#seen = number;
  }
}
