/**
 * Which of several nodes a page or gateway asks for by its name, because another one has sent it there. It goes to each only
 * once in a while: nodes that are all full cannot send it round in a circle.
 */
import { NodeId, nodeQuery } from './node.ts';

/** So long it does not go to a node again by its name, ms. */
const rest = 30_000;

export class NodeChoice {
  #next: NodeId | undefined;
  /** When it went to each, ms. */
  readonly #tried = new Map<NodeId, number>();

  /**
   * Told of a node to go to.
   * @param now ms
   * @returns whether to go there; no where it was sent there a moment ago, or this is no name
   */
  name(node: unknown, now: number): boolean {
    const { data } = NodeId.safeParse(node);
    if (data === undefined || now - (this.#tried.get(data) ?? -Infinity) < rest) return false;
    this.#tried.set(data, now);
    this.#next = data;
    return true;
  }

  /** Whether the next socket asks for a node. */
  get chosen(): boolean {
    return this.#next !== undefined;
  }

  /** What the next socket says in its query: without a name, the load balancer chooses. */
  get query(): Record<string, string> {
    return this.#next === undefined ? {} : { [nodeQuery]: this.#next };
  }

  /** Call when the socket is open, or could not be opened: a name is good for one attempt. */
  used(): void {
    this.#next = undefined;
  }
}
