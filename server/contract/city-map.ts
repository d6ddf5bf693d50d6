/** The city's own map: one archive of vector tiles (PMTiles), which the server's configuration names. */
import { z } from 'zod';

const Degrees = z.number().min(-180).max(180);

export const CityMap = z.object({
  /** The archive's mark: the same for the same content, so that a browser may keep parts of it. */
  of: z.string(),
  /** What it covers, °. */
  bounds: z.object({ west: Degrees, south: Degrees, east: Degrees, north: Degrees }),
  /** The closest zoom that it has tiles for. */
  closest: z.number().int().min(0).max(30),
  /** Whom the map is by, as plain text; it has to be shown. Empty where the archive does not say. */
  attribution: z.string(),
});
export type CityMap = z.infer<typeof CityMap>;

/** Null where the server has none. */
export const CityMapIfAny = z.object({ map: CityMap.nullable() });
