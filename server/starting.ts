/**
 * What a start waits for. A machine that has just come up is busy, so a part may take far longer to start than to
 * answer later; whoever looks at a start that stands still reads in the log what it waits for.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';

/** How long a part may take to start, ms. */
export const startTime = 30_000;
/** After this time the log says what the start waits for, ms. */
const saidAfter = 3000;
/** Between two attempts, ms. */
const between = 500;

export class Starting {
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  /**
   * Starts a part, which keeps to `startTime` by itself.
   * @param part as the log is to name it
   */
  async waitFor<T>(part: string, start: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    let said = false;
    const clock = setTimeout(() => {
      said = true;
      this.#log.warn({ longest: startTime }, `the start waits for ${part}`);
    }, saidAfter);
    try {
      const started = await start();
      const waited = Math.round(performance.now() - begun); // ms
      if (said) this.#log.info({ waited }, `the start has waited for ${part}, and goes on`);
      return started;
    } finally {
      clearTimeout(clock);
    }
  }

  /**
   * The same for what is tried again while it fails in a way that passes.
   * @param passes whether the error is such
   * @throws the last error, once `startTime` is over
   */
  tryFor<T>(
    part: string,
    passes: (error: unknown) => boolean,
    start: () => Promise<T>,
  ): Promise<T> {
    const end = performance.now() + startTime;
    return this.waitFor(part, async () => {
      for (;;) {
        try {
          return await start();
        } catch (error) {
          if (!passes(error) || performance.now() + between > end) throw error;
          await pause(between);
        }
      }
    });
  }
}
