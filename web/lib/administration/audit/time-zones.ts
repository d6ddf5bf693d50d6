/** In which time an audit is read: that of the site, of this browser, or UTC. */

/** Each once, the site's first. @param site as `Europe/Berlin` */
export function timeZones(site: string): string[] {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([site, own, 'UTC'])];
}

/**
 * The moment at which clocks of a time zone say this. Of an hour that they say twice the first is meant; one that they
 * leave out is told as if they had not.
 * @param local as a field `datetime-local` holds it, `2026-03-29T14:05`
 * @returns ms since the epoch
 */
export function momentIn(timeZone: string, local: string): number {
  const asUtc = Date.parse(`${local}Z`);
  const day = 86_400_000;
  const [before, after] = [asUtc - day, asUtc + day].map((at) => aheadOfUtc(timeZone, at));
  const earlier = asUtc - Math.max(before ?? 0, after ?? 0);
  const later = asUtc - Math.min(before ?? 0, after ?? 0);
  return earlier + aheadOfUtc(timeZone, earlier) === asUtc ? earlier : later;
}

/** ms */
function aheadOfUtc(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    ...([of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')] as const),
  );
  return shown - Math.floor(at / 1000) * 1000;
}
