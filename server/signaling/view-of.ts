/** The one rule from a tile to a layer, for all that make or change consumers. */
import type { Tile } from '../contract/tile.ts';
import type { View } from '../media/plane.ts';
import { layerFor } from '../zones/layer-choice.ts';
import type { Producer } from '../zones/producer.ts';

/** What a tile is to get of a track. */
export function viewOf(tile: Tile, producer: Producer): View {
  return { layer: layerFor(tile, producer.layers), focused: tile.focused };
}
