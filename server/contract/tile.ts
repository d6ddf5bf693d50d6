/** How a client shows a zone; stated by the client, since only it knows size and visibility on its screen. */
import { z } from 'zod';
import { ZoneId } from './zone.ts';

/** Most zones that one client watches at once. */
export const mostTiles = 64;

const DevicePixels = z.number().int().min(0).max(32_768);

/** How a client shows a zone that it watches; what it is sent follows from this. */
export const Tile = z.object({
  zone: ZoneId,
  /** The picture's place on the screen, in device pixels; 0 while it has none. */
  width: DevicePixels,
  height: DevicePixels,
  /** False off screen, behind another tile or in a hidden tab: nothing is sent then. */
  visible: z.boolean(),
  /** The tile that is looked at: on a short link it is served before the others. */
  focused: z.boolean(),
});
export type Tile = z.infer<typeof Tile>;

/** Several tiles of different zones; said in one message, however many they are. */
export const Tiles = z
  .array(Tile)
  .min(1)
  .max(mostTiles)
  .refine((tiles) => new Set(tiles.map(({ zone }) => zone)).size === tiles.length, {
    message: 'each zone may be named once',
  });
