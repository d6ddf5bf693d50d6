/**
 * What a page says before its app has come. It is in the page in each language; a script in the head, which can ask no
 * catalogue, shows one of them. Where scripts do not come at all, each reader finds their own.
 */
import { languageFor, type Language } from '../text/languages.ts';

/** Where the choice is kept in this browser. */
export const languageKey = 'language';
/** The class of words that are there in each language. */
export const firstWords = 'unreached';

/** The language of this browser's pages, where nothing but the browser can be asked. */
export function ownLanguage(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(languageKey);
  } catch {
    // Site data is blocked: as the browser asks for.
  }
  return languageFor(kept, navigator.languages);
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
