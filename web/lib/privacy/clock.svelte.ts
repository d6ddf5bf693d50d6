/** One timer for all watermarks, which carry the time: several would not change in the same moment. */
import { createSubscriber } from 'svelte/reactivity';

/** The time of day, for all who show it: read in an effect or a component, it is read again each second. */
class Clock {
  readonly #subscribe = createSubscriber((update) => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = (): void => {
      update();
      timer = setTimeout(tick, 1000 - (Date.now() % 1000));
    };
    timer = setTimeout(tick, 1000 - (Date.now() % 1000));
    return () => clearTimeout(timer);
  });

  get now(): Date {
    this.#subscribe();
    return new Date();
  }
}

export const clock = new Clock();
