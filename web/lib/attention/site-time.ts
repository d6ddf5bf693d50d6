/** Times as the site reads them: one zone for all who speak of them. */
import { readPageData } from '../page-data.ts';
import { timeFormat } from '../text/times.ts';

const { timeZone } = readPageData();
const minutes = { hour: '2-digit', minute: '2-digit', timeZone } as const;
const short = timeFormat(minutes);
const named = timeFormat({ ...minutes, timeZoneName: 'short' });
const dated = timeFormat({ ...minutes, day: 'numeric', month: 'short' });
const seconds = timeFormat({ ...minutes, second: '2-digit' });
const datedSeconds = timeFormat({ ...minutes, second: '2-digit', day: 'numeric', month: 'short' });
const day = 86_400_000;

/** `14:02`, with its day where that is not the last one. @param at ms since the epoch */
export function siteTime(at: number, now = Date.now()): string {
  return now - at < day / 2 ? short.format(at) : dated.format(at);
}

/** `14:02:11`, with its day where that is not the last one: of one moment. @param at ms since the epoch */
export function siteMoment(at: number, now = Date.now()): string {
  return now - at < day / 2 ? seconds.format(at) : datedSeconds.format(at);
}

/** `14:02 CET` */
export function siteClock(now: Date): string {
  return named.format(now);
}
