/** Which language this browser's pages speak: chosen by a person and kept here, or asked for by the browser. */
import { siteStorage } from '../browser-storage.ts';
import { languageKey, ownLanguage } from './first-words.ts';
import type { Language } from '../text/languages.ts';
import { speak, texts, type Texts } from '../text/texts.ts';

/** Beside English, which is in the first load: each is loaded only where it is spoken. */
const catalogues: Record<Exclude<Language, 'en'>, () => Promise<Texts>> = {
  de: async () => (await import('../text/de.ts')).de,
};

/** Before anything is shown or said. Where the catalogue does not come, the pages speak English. */
export async function speakOwnLanguage(): Promise<void> {
  const language = ownLanguage();
  if (language !== 'en') {
    try {
      speak(await catalogues[language]());
    } catch (error) {
      console.warn(error);
    }
  }
  document.documentElement.lang = texts.site.language;
  document.documentElement.dir = texts.site.direction;
}

/** Keeps it and loads the page again, since all that is said was read when it was loaded. */
export function choose(language: Language): void {
  siteStorage.setItem(languageKey, language);
  location.reload();
}
