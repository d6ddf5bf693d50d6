/** A bit rate as people read it; a dash where there is none. */
export function formatRate(rate: number | undefined): string {
  if (rate === undefined) return '—';
  return rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} Mbit/s` : `${(rate / 1e3).toFixed(0)} kbit/s`;
}
