/** With which number each who steers has moved last, so that what comes late is known. */
import type { Steerer } from '../zones/steering.ts';

/** Above it, the one that was heard of least lately is forgotten. */
const mostSteerers = 200;

export class LastNumbers {
  readonly #last = new Map<string, { readonly number: number; readonly via: object }>();

  /** Whether one of this number or a higher one has come already. */
  isLate({ id }: Steerer, number: number): boolean {
    return number <= (this.#last.get(id)?.number ?? -1);
  }

  note({ id, via }: Steerer, number: number): void {
    this.#last.delete(id);
    this.#last.set(id, { number, via });
    for (const [oldest] of this.#last) {
      if (this.#last.size <= mostSteerers) break;
      this.#last.delete(oldest);
    }
  }

  /** Whoever steered by this may begin anew. */
  forget(via: object): void {
    for (const [id, last] of this.#last) if (last.via === via) this.#last.delete(id);
  }
}
