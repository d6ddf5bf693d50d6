/** How each ground of a plan is measured, for Leaflet. */
import L from 'leaflet';
import { shareOf } from './mercator.ts';

/** px */
const tile = 256;

/**
 * `least`, `home` and `most` are zooms; what is looked at first is not looked at closer than `home`. `reach` is the least that
 * a camera is made to see by hand. Zooms and tiles of the city's map are those of all maps of the world: at zoom 0 it is one
 * tile wide.
 */
export const measures = {
  picture: {
    ...{ crs: L.CRS.Simple, least: -Infinity, home: 12, most: 12 },
    reach: () => 0.01,
  },
  city: {
    crs: L.Util.extend({}, L.CRS.Simple, {
      scale: (zoom: number) => tile * 2 ** zoom,
      zoom: (scale: number) => Math.log2(scale / tile),
    }),
    ...{ least: 0, home: 16, most: 20 },
    reach: (y: number) => shareOf(5, y),
  },
};
