/** What is held down at the moment, by keys and pointers, and how the camera is to move for it. */
import type { Velocity } from './intents.ts';

export type Direction = 'left' | 'right' | 'up' | 'down' | 'in' | 'out';

/** Shares of what the camera can; its whole speed is made for calling places, not for a hand. */
export const speeds = { usual: 0.6, slow: 0.15 };

const steps: Record<Direction, Velocity> = {
  left: { pan: -1, tilt: 0, zoom: 0 },
  right: { pan: 1, tilt: 0, zoom: 0 },
  up: { pan: 0, tilt: 1, zoom: 0 },
  down: { pan: 0, tilt: -1, zoom: 0 },
  in: { pan: 0, tilt: 0, zoom: 1 },
  out: { pan: 0, tilt: 0, zoom: -1 },
};

export class Held {
  /** By the key or pointer that holds it. */
  readonly #by = new Map<string, readonly Direction[]>();
  slow = false;

  get any(): boolean {
    return this.#by.size > 0;
  }

  press(by: string, directions: readonly Direction[]): void {
    this.#by.set(by, directions);
  }

  /** @returns whether it was held */
  release(by: string): boolean {
    return this.#by.delete(by);
  }

  clear(): void {
    this.#by.clear();
  }

  /** Two that are opposite to one another cancel out; all 0 when nothing is held. */
  get velocity(): Velocity {
    const speed = this.slow ? speeds.slow : speeds.usual;
    const all = [...new Set([...this.#by.values()].flat())].map((direction) => steps[direction]);
    const along = (axis: keyof Velocity): number =>
      all.reduce((sum, step) => sum + step[axis], 0) * speed;
    return { pan: along('pan'), tilt: along('tilt'), zoom: along('zoom') };
  }
}

export function isStill({ pan, tilt, zoom }: Velocity): boolean {
  return pan === 0 && tilt === 0 && zoom === 0;
}
