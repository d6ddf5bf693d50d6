/**
 * At which node a zone's camera is. A camera asks before it takes a place, as two nodes know nothing of each other's
 * places. A node that is alone has all zones.
 */
import type { ZoneId } from '../contract/zone.ts';
import type { Camera } from './camera.ts';

/** That this node has a zone, for one camera. */
export interface Holding {
  /** The camera has gone, or has never come. Saying it twice is harmless. */
  release(): void;
}

export interface Ownership {
  /**
   * Takes a zone for a camera of this node. Where another node has it, that one's camera has to go if it would have to on
   * one node (`succession.ts`).
   * @param admit asked before that camera has to go; what it throws is thrown
   * @throws RefusedError `zone-occupied` when that camera keeps its place, `unavailable` when nobody knows
   */
  take(zone: ZoneId, claimer: Pick<Camera, 'window'>, admit: () => void): Promise<Holding>;
}

/** Of a node that is alone. */
export const alone: Ownership = { take: async () => ({ release: () => {} }) };
