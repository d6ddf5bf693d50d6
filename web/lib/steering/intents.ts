/** What the steering of a picture needs of whoever speaks to the server: the whole of what it knows about it. */
import type { Move, PresetChange } from '../../../server/contract/steering.ts';

/** How fast to pan to the right, tilt up and zoom in, −1…1. */
export interface Velocity {
  readonly pan: number;
  readonly tilt: number;
  readonly zoom: number;
}

/** A move that ends by itself. */
export type Single = Exclude<Move, { kind: 'continuous' | 'stop' }>;

export interface Intents {
  /** Moves for as long as this is not stopped; said again, it changes how. */
  hold(zone: string, velocity: Velocity): void;
  /** Stops what is held, at once. */
  stop(): void;
  move(zone: string, move: Single): void;
  /** Stops what is held, and lets go of the camera. */
  release(zone: string): void;
  /** @throws RefusedError in words */
  changePresets(zone: string, change: PresetChange): Promise<void>;
}
