/** The theme that a person chose in this browser; the page, and its other tabs, follow at once. */
import { siteStorage } from '../browser-storage.ts';
import { show, shownAs, themeKey, themeOf, type Theme } from './themes.ts';

class ShownTheme {
  #theme = $state<Theme>(themeOf(siteStorage.getItem(themeKey)));
  readonly #light = matchMedia('(prefers-color-scheme: light)');

  get theme(): Theme {
    return this.#theme;
  }

  choose(theme: Theme): void {
    siteStorage.setItem(themeKey, theme);
    this.#theme = theme;
    this.#show();
  }

  /** From now on the page follows the choice, made here or in another tab, and the system. */
  keepShown(): void {
    this.#light.addEventListener('change', () => this.#show());
    addEventListener('storage', ({ key }) => {
      if (key !== themeKey) return;
      this.#theme = themeOf(siteStorage.getItem(themeKey));
      this.#show();
    });
    this.#show();
  }

  #show(): void {
    show(shownAs(this.#theme, location.pathname, this.#light.matches));
    // The frame that a browser draws around the page.
    const ground = getComputedStyle(document.documentElement).getPropertyValue('--ground').trim();
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', ground);
  }
}

export const shownTheme = new ShownTheme();
