/** What the keys do to panes, at the desk as on a wall. */
import type { Arrangement } from './arrangement.svelte.ts';
import type { Intent } from './keys.ts';
import { TypedNumber } from './typed-number.ts';

export class PaneKeys {
  readonly #arrangement: Arrangement;
  readonly #typed = new TypedNumber();

  constructor(arrangement: Arrangement) {
    this.#arrangement = arrangement;
  }

  /**
   * @param panes what fills the screen when that is meant
   * @returns false where this means nothing to panes as they are: it is the page's own then
   */
  take(intent: Intent, panes: HTMLElement | undefined): boolean {
    const arrangement = this.#arrangement;
    switch (intent.kind) {
      case 'focus':
        arrangement.moveFocus(intent.columns, intent.rows);
        return true;
      case 'move':
        arrangement.moveFocused(intent.columns, intent.rows);
        return true;
      case 'pick': {
        const { shown } = arrangement;
        const number = this.#typed.digit(intent.digit, shown.length, performance.now());
        arrangement.focusOn(shown[number - 1]);
        return true;
      }
      case 'page':
        arrangement.turnPage(intent.by);
        return true;
      case 'enlarge':
        arrangement.enlarge(arrangement.focus ?? arrangement.shown[0]);
        return true;
      case 'restore':
        if (arrangement.steered) arrangement.steered = undefined;
        else if (arrangement.enlarged) arrangement.restore();
        else return false;
        return true;
      case 'full-screen':
        void (document.fullscreenElement
          ? document.exitFullscreen()
          : panes?.requestFullscreen().catch(() => {})); // A browser that may not leaves the page as it is.
        return true;
      default:
        return false;
    }
  }
}
