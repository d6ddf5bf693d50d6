/** How a wall watches: many pictures, at a glance. */
import { reading } from '../session/session.svelte.ts';
import type { Manner } from '../session/manner.ts';

export const manyZones: Manner = {
  batch: 40, // long enough for a layout to settle
  // What is on the screen tells sooner than the statistics of many pictures.
  flow: ({ age }, now) => age.flow(now),
  soon: reading.usual,
  isWall: true,
  endsWhenForbidden: false,
};
