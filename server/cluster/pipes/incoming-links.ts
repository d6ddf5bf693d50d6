/** The network from each other node to this one, which all pipes from there share. */
import { NarrowLink } from './narrow-link.ts';

/** Between two looks at what comes, ms. */
const interval = 250;

export class IncomingLinks {
  readonly #links = new Map<string, NarrowLink>();
  readonly #looking = setInterval(() => this.#look(), interval).unref();

  /** @param node the other one's name: what is known of the way to it outlasts one run of it */
  from(node: string): NarrowLink {
    const known = this.#links.get(node) ?? new NarrowLink();
    this.#links.set(node, known);
    return known;
  }

  close(): void {
    clearInterval(this.#looking);
  }

  #look(): void {
    const now = performance.now();
    for (const [node, link] of this.#links) {
      link.look(now);
      if (link.isBlank) this.#links.delete(node);
    }
  }
}
