/** What a page holds on to: listeners on what outlives its parts, and timers. */
import type { Page } from 'playwright-core';

export interface Held {
  /** Events that are listened to on window, document, devices and permissions; each as often as it is. */
  readonly events: string[];
  readonly timers: number;
}

/** To be called before the page is loaded. */
export async function countHeld(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const listeners: { target: EventTarget; type: string; listener: unknown }[] = [];
    const timers = new Set<unknown>();
    const drop = (target: EventTarget, type: string, listener: unknown): void => {
      const at = listeners.findIndex(
        (one) => one.target === target && one.type === type && one.listener === listener,
      );
      if (at >= 0) listeners.splice(at, 1);
    };
    const lasting = (target: EventTarget): boolean =>
      target === window ||
      target === document ||
      target === navigator.mediaDevices ||
      target instanceof PermissionStatus;
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      const target = this ?? window;
      if (lasting(target)) {
        drop(target, type, listener);
        listeners.push({ target, type, listener });
        const signal = typeof options === 'object' ? options.signal : undefined;
        if (signal) {
          addEventListener.call(signal, 'abort', () => drop(target, type, listener));
        }
      }
      addEventListener.call(target, type, listener, options);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, options) {
      const target = this ?? window;
      drop(target, type, listener);
      removeEventListener.call(target, type, listener, options);
    };
    const { setTimeout, setInterval, clearTimeout, clearInterval } = window;
    const clear = (stop: (id?: number) => void) => (id?: number) => {
      timers.delete(id);
      stop(id);
    };
    Object.assign(window, {
      setTimeout(then: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) {
        const id = setTimeout(() => {
          timers.delete(id);
          then(...args);
        }, delay);
        timers.add(id);
        return id;
      },
      setInterval(then: () => void, delay?: number) {
        const id = setInterval(then, delay);
        timers.add(id);
        return id;
      },
      clearTimeout: clear(clearTimeout),
      clearInterval: clear(clearInterval),
      held: () => ({ events: listeners.map(({ type }) => type).sort(), timers: timers.size }),
    });
  });
}

export function heldBy(page: Page): Promise<Held> {
  return page.evaluate(() => (globalThis as typeof globalThis & { held(): Held }).held());
}
