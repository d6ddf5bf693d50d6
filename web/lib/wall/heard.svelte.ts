/** The one tile of this page whose sound is heard: of several at once, nobody could tell which one it is. */
import type { ViewerTile } from '../session/viewer-tile.svelte.ts';

class Heard {
  tile = $state.raw<ViewerTile>();

  toggle(tile: ViewerTile): void {
    this.tile = this.tile === tile ? undefined : tile;
  }

  /** It is not on the page any more. */
  release(tile: ViewerTile): void {
    if (this.tile === tile) this.tile = undefined;
  }
}

export const heard = new Heard();
