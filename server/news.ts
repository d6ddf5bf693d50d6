/** Hears of what was changed through other servers on the same store: masks, zones, rights, sign-ins. */
import type { Logger } from 'pino';
import type { Store } from './store/store.ts';

const interval = 1000; // ms
/** What is told within this time is looked at together, ms. */
const soon = 50;

export interface NewsParts {
  readonly store: Pick<Store, 'news'>;
  /** Looks again at all that is kept in memory; called once at first, and after each change. */
  readonly heard: () => Promise<void>;
  /** Told at each look how many changes there have been. @param asOf when that was asked, ms of `performance.now()` */
  readonly counted: (number: number, asOf: number) => void;
  readonly log: Logger;
}

export class News {
  readonly #parts: NewsParts;
  #seen: number;
  #looking: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #due: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(parts: NewsParts, seen: number) {
    this.#parts = parts;
    this.#seen = seen;
  }

  static async begin(parts: NewsParts): Promise<News> {
    const asOf = performance.now();
    const seen = await parts.store.news.number();
    await parts.heard();
    parts.counted(seen, asOf);
    const news = new News(parts, seen);
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
    if (!this.#looking) return this.#begin();
    // The look that is under way may have been before the change that the caller means.
    this.#next ??= this.#looking
      .then(() => this.#begin())
      .finally(() => {
        this.#next = undefined;
      });
    return this.#next;
  }

  /** Told by another server that there was a change. */
  lookSoon(): void {
    this.#due ??= setTimeout(() => {
      this.#due = undefined;
      void this.#lookQuietly();
    }, soon);
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#due);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.#lookQuietly().then(() => this.#schedule());
    }, interval).unref();
  }

  async #lookQuietly(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      // The store's health reports what is wrong with it, once.
      this.#parts.log.debug({ err: error }, 'no news from the store');
    }
  }

  #begin(): Promise<void> {
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { store, heard, counted } = this.#parts;
    const asOf = performance.now();
    const number = await store.news.number();
    counted(number, asOf);
    if (number === this.#seen) return;
    await heard();
    this.#seen = number;
  }
}
