/** The one rule from a tile to a layer, for all that make or change consumers. */
import type { Tile } from '../contract/tile.ts';
import type { View } from '../media/plane.ts';
import { layerFor, type Wanted } from '../zones/layer-choice.ts';
import type { Producer } from '../zones/producer.ts';

interface Lowerable {
  /** Whether tiles that are not looked at are smaller, as the node is nearly full. */
  readonly lowered: boolean;
}

/** What a tile is to get. */
export function wantedBy(tile: Tile, { lowered }: Lowerable): Wanted {
  return lowered && tile.visible && !tile.focused ? { layer: 0 } : tile;
}

/** What a tile is to get of a track. */
export function viewOf(tile: Tile, producer: Producer, viewing: Lowerable): View {
  return { layer: layerFor(wantedBy(tile, viewing), producer.layers), focused: tile.focused };
}

/** Whether a tile gets a smaller layer of this track than it would otherwise. */
export function isLowered(tile: Tile, producer: Producer, viewing: Lowerable): boolean {
  const { layers } = producer;
  return (layerFor(wantedBy(tile, viewing), layers) ?? 0) < (layerFor(tile, layers) ?? 0);
}
