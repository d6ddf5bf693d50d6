/**
 * Chooses the theme before anything is painted, so that no page flashes in the other one. It runs in the page's head,
 * as a script of its own that the browser waits for: the strict content security policy allows none within the page.
 */
import { show, shownAs, themeKey, themeOf } from './themes.ts';

let kept: string | null = null;
try {
  kept = localStorage.getItem(themeKey);
} catch {
  // Site data is blocked: the usual theme.
}
const light = matchMedia('(prefers-color-scheme: light)').matches;
show(shownAs(themeOf(kept), location.pathname, light));
