/** Times as people read them: in the time of their place, which is named. */
import { texts } from '../text/texts.ts';

const text = texts.ui;

const whole = new Intl.DateTimeFormat(texts.site.locale, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const steps: [unit: Intl.RelativeTimeFormatUnit, length: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const relative = new Intl.RelativeTimeFormat(texts.site.locale);

/** @param at ms since the epoch */
export function formatMoment(at: number): string {
  return whole.format(at);
}

/** How long ago that was, in words; both in ms since the epoch. */
export function formatAge(at: number, now = Date.now()): string {
  for (const [unit, length] of steps) {
    if (now - at >= length) return relative.format(-Math.floor((now - at) / length), unit);
  }
  return text.justNow;
}
