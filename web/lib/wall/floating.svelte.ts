/**
 * A picture that floats above other windows, with all that lies over it (https://wicg.github.io/document-picture-in-picture/).
 * A bare video would float without watermark, and nothing could say there that it is old.
 */
import { mount, unmount } from 'svelte';
import type { ViewerSession } from '../session/viewer-session.svelte.ts';
import type { ViewerTile } from '../session/viewer-tile.svelte.ts';
import { texts } from '../text/texts.ts';
import FloatingPicture from './FloatingPicture.svelte';

interface FloatingWindows {
  requestWindow(size: { width: number; height: number }): Promise<Window>;
}
const windows = (globalThis as { documentPictureInPicture?: FloatingWindows })
  .documentPictureInPicture;
/** CSS px; a person may change it. */
const size = { width: 480, height: 270 };

export const canFloat = windows !== undefined;

export class Floating {
  shown = $state(false);
  #window: Window | undefined;

  /** Opens the window, or closes it. @throws what the browser says when it opens none */
  async toggle(session: ViewerSession, tile: ViewerTile): Promise<void> {
    if (this.#window || !windows) return this.close();
    const opened = await windows.requestWindow(size);
    this.#window = opened;
    const { document: inside } = opened;
    inside.title = texts.wall.tile.label(tile.zone);
    inside.documentElement.lang = document.documentElement.lang;
    for (const sheet of document.querySelectorAll('link[rel=stylesheet],style'))
      inside.head.append(sheet.cloneNode(true));
    const picture = mount(FloatingPicture, { target: inside.body, props: { session, tile } });
    this.shown = true;
    opened.addEventListener('pagehide', () => {
      this.#window = undefined;
      this.shown = false;
      void unmount(picture);
    });
  }

  close(): void {
    this.#window?.close();
  }
}
