/** What steering needs of a camera, by whatever protocol it is turned; each call is bounded in time. */
import type { Position } from '../../server/contract/privacy.ts';
import type { Abilities, Covered, Move, Preset } from '../../server/contract/steering.ts';

/** What the camera says when it is asked where it looks. */
export interface Look {
  /** Undefined where it does not tell. */
  readonly moving?: boolean | undefined;
  readonly position?: Position | undefined;
}

/** A preset, with its place where the camera tells it. */
export interface PlacedPreset extends Preset {
  readonly position?: Position | undefined;
}

export interface SteerableFacts {
  readonly abilities: Abilities;
  readonly presets: readonly PlacedPreset[];
}

/** One that is passed on to the camera, whatever it takes there. */
export type RealMove = Exclude<Move, { kind: 'stop' }>;

/** Each rejects with an error whose message is for people. */
export interface Steerable {
  /** What it can; undefined for a camera that cannot be turned. */
  facts(): Promise<SteerableFacts | undefined>;
  presets(): Promise<readonly PlacedPreset[]>;
  /** @param hold a continuous move ends by itself after so long, where the camera knows such an end; ms */
  move(move: RealMove, hold: number): Promise<void>;
  stop(): Promise<void>;
  /** Empty where the camera tells neither. */
  look(): Promise<Look>;
  /** Where it stands now becomes a preset. @param token of the one that it takes the place of */
  savePreset(name: string, token?: string): Promise<void>;
  removePreset(token: string): Promise<void>;
}

/** What hides the picture of a camera while it moves; asked and told by its steering. */
export interface MoveGuard {
  /** Why nothing is to be seen; undefined where something is. */
  readonly covered: Covered | undefined;
  /** How often it wants to know where the camera looks, ms; undefined where it does not. */
  readonly every: number | undefined;
  /** Resolves when all that goes out is covered as it is to be; the move leaves for the camera then. */
  beforeMove(move: RealMove): Promise<void>;
  /** The camera was asked where it looks. @param look undefined where it gave no answer */
  saw(look: Look | undefined): void;
  /** Which presets the camera has, or that it cannot be turned; undefined while it cannot be reached. */
  tellFacts(facts: SteerableFacts | 'fixed' | undefined): void;
  /** A preset is another place from now on. */
  presetChanged(preset: string): void;
}
