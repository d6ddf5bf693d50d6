/** This node among those that live: the only one of its name, one that fits the others, and heard of while it lives. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartupError } from '../../startup-error.ts';
import { requireEqual, type Fingerprints } from '../equal-settings.ts';
import { Rounds } from '../rounds.ts';
import { outlived, type Leases } from './leases.ts';
import type { NodeRecord, Nodes } from './nodes.ts';

export interface MembershipParts {
  readonly nodes: Nodes;
  readonly leases: Leases;
  /** ms */
  readonly lease: number;
  readonly fingerprints: Fingerprints;
  /** Connections to PostgreSQL: how many one node has, and how many it takes of all. */
  readonly connections: { readonly each: number; readonly most: number };
  readonly log: Logger;
}

export class Membership {
  /** Another node that has the same name. */
  namesake: NodeRecord | undefined;
  readonly #parts: MembershipParts;
  #rounds: Rounds | undefined;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
  }

  /** Takes the name. @throws StartupError when a node has it; @throws RefusedError `unavailable` */
  async enter(): Promise<void> {
    const { nodes, leases, lease } = this.#parts;
    const until = performance.now() + lease * outlived;
    for (;;) {
      const answer = await nodes.beat(leases.floor);
      if (typeof answer === 'number') return leases.heard(answer);
      // It may be this node's own run before, of which nobody said that it has ended.
      if (performance.now() > until) {
        const { host, port } = answer.address;
        throw new StartupError(
          `A node of the name ${answer.name} (the setting cluster.node) runs already, at ${host}:${port}.`,
        );
      }
      await pause(lease / 10);
    }
  }

  /**
   * From now on it says again and again that it lives, and renews all that it has.
   * @throws StartupError when it cannot be one with those that live; @throws RefusedError `unavailable`
   */
  async begin(): Promise<void> {
    const { nodes, lease } = this.#parts;
    await nodes.look();
    this.#requireFitting();
    this.#rounds = new Rounds(lease / 3, () => this.#beat());
  }

  /** There is something to be said soon. */
  hurry(): void {
    this.#rounds?.hurry();
  }

  async leave(): Promise<void> {
    await this.#parts.nodes.leave().catch(() => {}); // It is known as gone after a lease.
  }

  close(): void {
    this.#rounds?.close();
  }

  #requireFitting(): void {
    const { fingerprints, connections } = this.#parts;
    const nodes = [...this.#parts.nodes.known.values()];
    requireEqual(fingerprints, nodes);
    const { each, most } = connections;
    const needed = each * nodes.length;
    if (needed <= most) return;
    throw new StartupError(
      `PostgreSQL takes ${most} connections, and ${nodes.length} nodes of ${each} each (the setting store.connections) need ${needed}: let it take more, or each node have fewer.`,
    );
  }

  /** Asked at once: one way to Redis and back. */
  async #beat(): Promise<void> {
    const { nodes, leases, log } = this.#parts;
    const [beat] = await Promise.allSettled([
      nodes.beat(leases.floor),
      leases.renew(),
      nodes.look(),
    ]);
    if (beat.status === 'rejected') return; // Redis tells of itself.
    if (typeof beat.value === 'number') {
      leases.heard(beat.value);
      this.namesake = undefined;
    } else {
      if (!this.namesake) log.error(beat.value, 'another node has the same name');
      this.namesake = beat.value;
    }
  }
}
