/** How a page watches: what differs between one that shows one picture and one that shows many. */
import type { Flow } from './status.ts';
import type { ViewerTile } from './viewer-tile.svelte.ts';

export interface Manner {
  /** Changes within this time travel in one message, ms; 0 sends each at once. */
  readonly batch: number;
  /** Whether frames flow in a tile. @param now ms of `performance.now()` */
  flow(tile: ViewerTile, now: number): Flow;
  /** ms between two looks at the statistics until frames flow. */
  readonly soon: number;
  /** It is a wall or a tour: a server that is nearly full refuses these first. */
  readonly isWall: boolean;
  /** Whether the session ends with the right to watch one of its zones. */
  readonly endsWhenForbidden: boolean;
}
