/** Sees which nodes come and go. One that goes in order says so, and is not missed. */
import type { NodeId } from '../../contract/node.ts';
import type { NodeRecord } from './nodes.ts';

/** Missed so many times in a row, a node is lost: Redis that was away finds them one after another. */
const patience = 3;

export interface NodesChange {
  /** Gone without a word. */
  readonly lost: readonly NodeRecord[];
  readonly came: readonly NodeRecord[];
}

interface Missing {
  readonly node: NodeRecord;
  looks: number;
}

export class Company {
  readonly #self: NodeId;
  readonly #tell: (change: NodesChange) => void;
  #known: ReadonlyMap<string, NodeRecord> = new Map();
  /** By their runs. */
  readonly #missing = new Map<string, Missing>();

  constructor(self: NodeId, tell: (change: NodesChange) => void) {
    this.#self = self;
    this.#tell = tell;
  }

  /** A node says that it goes. */
  leaves(boot: string): void {
    this.#known = new Map([...this.#known].filter(([, node]) => node.boot !== boot));
    this.#missing.delete(boot);
  }

  /** @param known the nodes that live now */
  look(known: ReadonlyMap<string, NodeRecord>): void {
    // A look that does not know this node knows nothing.
    if (!known.has(this.#self)) return;
    const before = this.#known;
    this.#known = known;
    for (const node of before.values()) {
      if (!node.draining) this.#missing.set(node.boot, { node, looks: 0 });
    }
    for (const { boot } of known.values()) this.#missing.delete(boot);
    const lost = this.#lost();
    const came = [...known.values()].filter(({ name, boot }) => before.get(name)?.boot !== boot);
    // One for all: of those that are left, the first by name.
    const [first] = [...known.keys()].sort();
    if (first === this.#self && lost.length + came.length > 0) this.#tell({ lost, came });
  }

  #lost(): NodeRecord[] {
    const lost: NodeRecord[] = [];
    for (const [boot, missing] of this.#missing) {
      missing.looks += 1;
      if (missing.looks < patience) continue;
      this.#missing.delete(boot);
      lost.push(missing.node);
    }
    return lost;
  }
}
