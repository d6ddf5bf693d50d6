/**
 * Chooses theme and language before anything is painted, so that no page flashes in another one. It runs in the page's head,
 * as a script of its own that the browser waits for: the strict content security policy allows none within the page.
 */
import { siteStorage } from '../browser-storage.ts';
import { showFirstWords } from '../language/first-words.ts';
import type { Language } from '../text/languages.ts';
import { show, shownAs, themeKey, themeOf } from './themes.ts';

/** Of the page, by language. Put in when the app is built: web/build/first-paint.ts. */
declare const pageNames: Readonly<Record<Language, string>>;

const light = matchMedia('(prefers-color-scheme: light)').matches;
show(shownAs(themeOf(siteStorage.getItem(themeKey)), location.pathname, light));
showFirstWords(pageNames);
