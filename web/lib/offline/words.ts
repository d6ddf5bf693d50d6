/** What the offline page says, in each language: it can ask for no catalogue. */
import { offline as german } from '../text/de/look.ts';
import { offline as english } from '../text/en/look.ts';
import type { Language } from '../text/languages.ts';

export const offlineWords: Record<Language, typeof english> = { en: english, de: german };
