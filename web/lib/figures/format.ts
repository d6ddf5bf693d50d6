/** Figures look alike wherever they are shown. */
import type { Latency } from '../../../server/contract/latency.ts';
import { texts } from '../text/texts.ts';
import { decimal } from '../text/numbers.ts';

const text = texts.figures;

/** A bit rate as people read it; a dash where there is none. @param rate bit/s */
export function formatRate(rate: number | undefined): string {
  if (rate === undefined) return text.unknown;
  return rate >= 1e6 ? text.megabits(decimal(rate / 1e6, 2)) : text.kilobits(decimal(rate / 1e3));
}

/** An age as people say it: in seconds, later in minutes and hours. @param age ms */
export function formatAge(age: number): string {
  const seconds = Math.floor(age / 1000);
  if (seconds < 120) return text.seconds(`${seconds}`);
  return seconds < 7200
    ? text.minutes(`${Math.floor(seconds / 60)}`)
    : text.hours(`${Math.floor(seconds / 3600)}`);
}

/** What a latency is made of, in the order of the way. */
export function partsText(latency: Latency): string {
  const parts = Object.entries(text.parts) as [keyof Latency, string][];
  return parts.map(([part, name]) => text.part(name, decimal(latency[part], 1))).join(', ');
}
