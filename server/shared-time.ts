/** Nodes on one database go by its clock where their own is off: codes, sign-ins and records are by one time everywhere. */
import type { Logger } from 'pino';
import type { Trouble } from './health.ts';
import type { Store } from './store/store.ts';
import { follow } from './time.ts';

/** Between two looks, ms. */
const interval = 10_000;
/** A clock that is off by less is taken as right, ms: what is looked up over a network is no better. */
const allowed = 1000;
/** An answer that took longer tells nothing, ms. */
const slow = 500;

export class SharedTime {
  readonly #store: Pick<Store, 'time'>;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #off = 0;

  private constructor(store: Pick<Store, 'time'>, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /** Looks once, and then again and again. @throws StoreError */
  static async begin(store: Pick<Store, 'time'>, log: Logger): Promise<SharedTime> {
    const shared = new SharedTime(store, log);
    await shared.#look();
    shared.#schedule();
    return shared;
  }

  get trouble(): Trouble | undefined {
    if (this.#off === 0) return undefined;
    const seconds = Math.round(Math.abs(this.#off) / 1000);
    const reason = `This machine's clock is ${seconds} s ${this.#off > 0 ? 'ahead of' : 'behind'} the database's, by which it goes meanwhile.`;
    return { reason, stopsJoins: false };
  }

  close(): void {
    clearTimeout(this.#timer);
    follow(undefined);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#look()
        .catch(() => {}) // The store's health reports what is wrong with it, once.
        .finally(() => this.#schedule());
    }, interval).unref();
  }

  async #look(): Promise<void> {
    const asked = { at: performance.now(), wall: Date.now() };
    const time = await this.#store.time();
    const took = performance.now() - asked.at;
    if (took > slow) return;
    const off = asked.wall + took / 2 - time;
    const before = this.#off;
    this.#off = Math.abs(off) > allowed ? off : 0;
    follow(this.#off === 0 ? undefined : { time, at: asked.at + took / 2 });
    if ((before === 0) === (this.#off === 0)) return;
    const fields = { off: Math.round(off) };
    if (this.#off !== 0) this.#log.error(fields, 'the clock is off: the database is followed');
    else this.#log.warn(fields, 'the clock is right again');
  }
}
