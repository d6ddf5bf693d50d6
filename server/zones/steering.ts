/** How a zone's camera is steered, as its zone knows it: here, or at another node. */
import type { Actor } from '../contract/audit.ts';
import type { CameraSteering, Move, PresetChange } from '../contract/steering.ts';

/** Whoever steers. */
export interface Steerer {
  /** Of one client that watches; another one for each, at all nodes. */
  readonly id: string;
  /** What others see as the name. */
  readonly name: string;
  /** Whoever has a higher one takes the hand from those with a lower one. */
  readonly rank: number;
  readonly actor: Actor;
  readonly address: string;
  /** By what it watches the zone: without that, it steers no more. */
  readonly via: object;
}

export interface Hand {
  /** A `Steerer`'s id. */
  readonly holder: string;
  readonly name: string;
  /** For how long still, if nothing is done with it; ms. */
  readonly until: number;
}

export interface SteeringNow extends CameraSteering {
  readonly hand: Hand | null;
}

export interface ZoneSteering {
  readonly now: SteeringNow;
  /**
   * @param number rises with each move of this steerer; what comes late, with a smaller one, is not done
   * @returns when the camera has taken the move, or a newer one has taken its place
   * @throws RefusedError `not-steerable`, `hand-taken`, `not-found`, `unavailable`
   */
  steer(by: Steerer, number: number, move: Move): Promise<void>;
  /** @throws RefusedError as `steer`, and `throttled` while another change is under way */
  change(by: Steerer, change: PresetChange): Promise<void>;
  /** Gives the hand back. */
  release(holder: string): void;
  /** Nobody steers by this any more. */
  left(via: object): void;
}
