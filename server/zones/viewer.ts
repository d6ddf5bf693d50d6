/**
 * What a zone needs of its viewers. A tile in a browser's tab is one (`signaling/tab-viewer.ts`); anything else that
 * watches needs no socket and no screen, only this.
 */
import type { ZoneSummary } from '../contract/zone.ts';
import type { SpatialLayer } from '../contract/layers.ts';
import type { Wanted } from './layer-choice.ts';
import type { Producer } from './producer.ts';
import type { SteeringNow } from './steering.ts';

export interface Viewer {
  /** How many people's screens it is, in numbers of viewers: one, if it does not say. */
  readonly screens?: number;
  /** What it is to get of the picture. */
  readonly wants: Wanted;
  /** Whether it would receive the track now: no camera is woken for one that would not. */
  receives(producer: Producer): boolean;
  /** The highest layer that must go on coming for its sake, wanted or not; null for none. */
  needs(producer: Producer): SpatialLayer | null;
  /** Tells of a track that has come. */
  offer(producer: Producer): void;
  /**
   * Takes a track back that has ended.
   * @param blank nothing that it has sent may be shown any longer, as privacy masks were not burnt in
   */
  retract(producerId: string, blank: boolean): void;
  /** Told that masks have changed, which its picture has not yet. */
  masked?(): void;
  /** Tells how the camera can be steered, and who does; null where it cannot. */
  steered?(now: SteeringNow | null): void;
  /** Tells what is new of the zone. */
  tell(zone: ZoneSummary): void;
}
