/** Times as people read them: in the time of their place, which is named. */
import { texts } from '../text/texts.ts';
import { timeFormat } from '../text/times.ts';

const text = texts.ui;

const whole = {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
} as const;
const here = timeFormat(whole);
const steps: [unit: Intl.RelativeTimeFormatUnit, length: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
/** Made with the first age: a page comes up sooner without. */
let relative: Intl.RelativeTimeFormat | undefined;

/**
 * @param at ms since the epoch
 * @param timeZone as `Europe/Berlin`; this browser's if not said
 */
export function formatMoment(at: number, timeZone?: string): string {
  if (timeZone === undefined) return here.format(at);
  return timeFormat({ ...whole, timeZone }).format(at);
}

/** How long something took, in its two largest units: `2 h 5 min`. @param length ms */
export function formatLength(length: number): string {
  const all = Math.round(length / 1000);
  const { hours, minutes, seconds } = text.lengths;
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  if (h > 0) return `${hours(h)} ${minutes(m)}`;
  return m > 0 ? `${minutes(m)} ${seconds(s)}` : seconds(s);
}

/** How long ago that was, in words; both in ms since the epoch. */
export function formatAge(at: number, now = Date.now()): string {
  relative ??= new Intl.RelativeTimeFormat(texts.site.locale);
  for (const [unit, length] of steps) {
    if (now - at >= length) return relative.format(-Math.floor((now - at) / length), unit);
  }
  return text.justNow;
}
