/** Says of a zone whose camera has been there before since when it is missed: the same words on every page. */
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { readPageData } from '../page-data.ts';
import { clock } from '../privacy/clock.svelte.ts';
import { texts } from '../text/texts.ts';
import { timeFormat } from '../text/times.ts';

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
type LostZone = ZoneSummary & { readonly lastSeen: number };
/** As the site reads its times: one zone for all who speak of them. */
let siteZone: string | undefined;

/** Whether its camera has been there before, and is missed. */
export const isLost = (zone: ZoneSummary | undefined): zone is LostZone =>
  zone?.camera === 'idle' && zone.lastSeen !== undefined;

/**
 * `Lost since 20:19 (4 min)`: read in an effect or a component, it counts on by itself.
 * @returns undefined while it has a camera, and where it never had one
 */
export function lostWords(zone: ZoneSummary | undefined): string | undefined {
  if (!isLost(zone)) return undefined;
  siteZone ??= readPageData().timeZone;
  return lostSince(zone.lastSeen, clock.now.getTime(), siteZone);
}

/**
 * @param lastSeen and now, ms since the epoch. The first one is of the server's clock, so it may come later.
 * @param timeZone as `Europe/Berlin`
 */
export function lostSince(lastSeen: number, now: number, timeZone: string): string {
  const date = timeFormat({ day: 'numeric', month: 'short', timeZone });
  const time = timeFormat({ hour: '2-digit', minute: '2-digit', timeZone });
  const isToday = date.format(lastSeen) === date.format(now);
  const since = isToday
    ? time.format(lastSeen)
    : `${date.format(lastSeen)}, ${time.format(lastSeen)}`;
  return texts.zones.lost(since, lengthOf(Math.max(0, now - lastSeen)));
}

/** In minutes; what lasts longer in its two largest units, what is new as such. */
function lengthOf(length: number): string {
  const { justNow, lengths } = texts.ui;
  const count = (unit: number, among = Infinity): number => Math.floor(length / unit) % among;
  if (length < minute) return justNow;
  if (length < hour) return lengths.minutes(count(minute));
  if (length < day) return `${lengths.hours(count(hour))} ${lengths.minutes(count(minute, 60))}`;
  return `${texts.zones.days(count(day))} ${lengths.hours(count(hour, 24))}`;
}
