/**
 * What a page says before its app has come. It is in the page in each language; a script in the head, which can ask no
 * catalogue, shows one of them. Where scripts do not come at all, each reader finds their own.
 */
import { siteStorage } from '../browser-storage.ts';
import { languageFor, type Language } from '../text/languages.ts';

/** Where the choice is kept in this browser. */
export const languageKey = 'language';
/** The class of words that are there in each language. */
export const firstWords = 'unreached';

/** The language of this browser's pages: the one that was chosen, else as the browser asks for. */
export function ownLanguage(): Language {
  return languageFor(siteStorage.getItem(languageKey), navigator.languages);
}

/**
 * Shows the first words in this browser's language alone, and names the page in it.
 * @param names of the page, by language
 */
export function showFirstWords(names: Readonly<Record<Language, string>>): void {
  const language = ownLanguage();
  document.documentElement.lang = language;
  if (Object.values(names).includes(document.title)) document.title = names[language];
  const sheet = new CSSStyleSheet();
  const others = [`.${firstWords}`, `:not([lang=${language}])`].join('');
  sheet.replaceSync(`${others}{display:none}`);
  document.adoptedStyleSheets.push(sheet);
}
