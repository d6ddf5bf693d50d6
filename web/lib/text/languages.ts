/** The languages of the console, each by its own name, which is the same in all of them. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
/** BCP 47. */
export type Language = keyof typeof languages;

const isLanguage = (tag: string | null | undefined): tag is Language =>
  tag !== null && tag !== undefined && Object.hasOwn(languages, tag);

/**
 * Which one somebody gets: what they chose, else the first that their browser asks for, else English.
 * @param chosen null where nobody has chosen
 * @param wanted as `navigator.languages`, the dearest first
 */
export function languageFor(chosen: string | null, wanted: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  // Of `de-AT` the language counts.
  return wanted.map((tag) => tag.toLowerCase().split('-')[0]).find(isLanguage) ?? 'en';
}
