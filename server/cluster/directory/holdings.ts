/** The zones that this node has for its cameras: taken with a lease, and given back with the last camera. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { RefusedError } from '../../contract/errors.ts';
import type { ZoneId } from '../../contract/zone.ts';
import type { Camera } from '../../zones/camera.ts';
import type { Holding, Ownership } from '../../zones/ownership.ts';
import { outlived, type Leases, type Owner } from './leases.ts';

/** Between two looks whether a zone has become free, ms. */
const lookAgain = 100;

/** What a node asks the one that has a zone: to end its camera there, if that has to go. */
export const Yield = z.object({
  zone: z.string(),
  window: z.object({ device: z.string(), order: z.number() }).optional(),
});

export interface HoldingsParts {
  readonly leases: Leases;
  /** ms */
  readonly lease: number;
  /** Whether the directory has heard this node a moment ago. */
  readonly isHeard: () => boolean;
  /** Asks a node to let a zone go. @throws RefusedError what that one answers; `unavailable` when it does not */
  readonly askToYield: (owner: Owner, about: z.infer<typeof Yield>) => Promise<unknown>;
  /** Told when a zone has become this node's, before its camera takes its place. */
  readonly onTaken: (zone: ZoneId) => void;
}

export class Holdings implements Ownership {
  readonly #parts: HoldingsParts;
  /** How many cameras each zone is held for: two while one takes the other's place. */
  readonly #held = new Map<ZoneId, number>();
  /** Claims and releases of one zone, one after another. */
  readonly #turns = new Map<ZoneId, Promise<unknown>>();

  constructor(parts: HoldingsParts) {
    this.#parts = parts;
  }

  async take(
    zone: ZoneId,
    claimer: Pick<Camera, 'window'>,
    admit: () => void = () => {},
  ): Promise<Holding> {
    this.#count(zone, 1);
    let held = true;
    const holding = {
      release: () => {
        if (!held) return;
        held = false;
        this.#count(zone, -1);
        void this.#inTurn(zone, () => this.#giveBack(zone)).catch(() => {}); // It ends by itself then.
      },
    };
    try {
      await this.#inTurn(zone, () => this.#claim(zone, claimer, admit));
      return holding;
    } catch (error) {
      holding.release();
      throw error;
    }
  }

  /** Resolves when all that was asked of a zone so far is done. */
  async settled(zone: ZoneId): Promise<void> {
    await this.#turns.get(zone);
  }

  /** Gives all back, as this node goes. */
  async close(): Promise<void> {
    await Promise.allSettled(
      [...this.#held.keys()].map((zone) =>
        this.#inTurn(zone, () => this.#parts.leases.release(zone)),
      ),
    );
  }

  async #claim(zone: ZoneId, { window }: Pick<Camera, 'window'>, admit: () => void): Promise<void> {
    const { lease, leases, askToYield, onTaken } = this.#parts;
    if (leases.has(zone)) return;
    // A node that has died has its zones until their leases end; the directory settles for as long.
    const until = performance.now() + lease * outlived;
    let unreachable: RefusedError | undefined;
    for (;;) {
      const owner = await this.#ask(zone);
      if (!owner) return onTaken(zone);
      const isLate = performance.now() > until;
      if (owner === 'settling') {
        if (isLate) throw settling(zone);
        await pause(lookAgain);
        continue;
      }
      if (isLate) {
        throw (
          unreachable ??
          new RefusedError(
            'zone-occupied',
            `Another camera is publishing in ${zone}, at ${owner.node}.`,
          )
        );
      }
      admit();
      try {
        await askToYield(owner, { zone, ...(window ? { window } : {}) });
      } catch (error) {
        if (!(error instanceof RefusedError) || error.code !== 'unavailable') throw error;
        unreachable = error;
      }
      await pause(lookAgain);
    }
  }

  /** As `Leases.claim`. A node that was not heard for a while says first that it lives, so that all else is told before. */
  async #ask(zone: ZoneId): Promise<Owner | 'settling' | undefined> {
    const { leases, isHeard } = this.#parts;
    if (isHeard()) return leases.claim(zone);
    return (await leases.ownersOf([zone])).get(zone) ?? 'settling';
  }

  async #giveBack(zone: ZoneId): Promise<void> {
    if (!this.#held.has(zone)) await this.#parts.leases.release(zone);
  }

  #count(zone: ZoneId, change: 1 | -1): void {
    const count = (this.#held.get(zone) ?? 0) + change;
    if (count > 0) this.#held.set(zone, count);
    else this.#held.delete(zone);
  }

  #inTurn<T>(zone: ZoneId, task: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(zone) ?? Promise.resolve()).then(task);
    const settled = turn.then(
      () => {},
      () => {}, // Whoever asked hears of it.
    );
    this.#turns.set(zone, settled);
    void settled.then(() => {
      if (this.#turns.get(zone) === settled) this.#turns.delete(zone);
    });
    return turn;
  }
}

function settling(zone: ZoneId): RefusedError {
  const reason = 'the nodes tell the directory anew which zones they have';
  return new RefusedError('unavailable', `${zone} cannot begin: ${reason}; try again shortly.`);
}
