/** All who take part at this node, whatever carries them. */
import type { Participant } from './participant.ts';

export class Everyone implements Iterable<Participant> {
  readonly #kinds: (() => Iterable<Participant>)[] = [];

  /** @param kind all of one kind, as of each time that it is asked */
  include(kind: () => Iterable<Participant>): void {
    this.#kinds.push(kind);
  }

  *[Symbol.iterator](): Iterator<Participant> {
    for (const kind of this.#kinds) yield* kind();
  }
}
