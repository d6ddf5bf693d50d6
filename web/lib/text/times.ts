/** Times and dates as the language of the console writes them: the one home of their form. */
import { texts } from './texts.ts';

export interface TimeFormat {
  /** @param at ms since the epoch, or a date */
  format(at: Date | number): string;
}

/** Each takes milliseconds to make, and lists ask for the same few once a row: made when first used, and kept. */
const made = new Map<string, Intl.DateTimeFormat>();

function madeOnce(locale: string, options: Intl.DateTimeFormatOptions): TimeFormat {
  const key = JSON.stringify([locale, options]);
  return {
    format(at) {
      let format = made.get(key);
      if (!format) made.set(key, (format = new Intl.DateTimeFormat(locale, options)));
      return format.format(at);
    },
  };
}

/** As everyone reads it who has this language, wherever they sit. */
export function timeFormat(options: Intl.DateTimeFormatOptions): TimeFormat {
  return madeOnce(texts.site.locale, options);
}

/** A time of this browser's own clock, by 12 or 24 hours as it likes that in this language. */
export function ownTimeFormat(timeStyle: 'short' | 'medium'): TimeFormat {
  const { language, locale } = texts.site;
  const own = navigator.languages.find((tag) => tag.split('-')[0] === language);
  return madeOnce(own ?? locale, { timeStyle });
}
