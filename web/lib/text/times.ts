/** Times and dates as the language of the console writes them: the one home of their form. */
import { texts } from './texts.ts';

/** As everyone reads it who has this language, wherever they sit. */
export function timeFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(texts.site.locale, options);
}

/** A time of this browser's own clock, by 12 or 24 hours as it likes that in this language. */
export function ownTimeFormat(timeStyle: 'short' | 'medium'): Intl.DateTimeFormat {
  const { language, locale } = texts.site;
  const own = navigator.languages.find((tag) => tag.split('-')[0] === language);
  return new Intl.DateTimeFormat(own ?? locale, { timeStyle });
}
