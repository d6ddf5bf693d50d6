import type { Latency } from '../../../server/contract/latency.ts';

/** A bit rate as people read it; a dash where there is none. */
export function formatRate(rate: number | undefined): string {
  if (rate === undefined) return '—';
  return rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} Mbit/s` : `${(rate / 1e3).toFixed(0)} kbit/s`;
}

/** An age as people say it: in seconds, later in minutes and hours. @param age ms */
export function formatAge(age: number): string {
  const seconds = Math.floor(age / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

const partNames: Record<keyof Latency, string> = {
  encode: 'encoding',
  pacing: 'pacing',
  up: 'network to the server',
  server: 'server',
  down: 'network from the server',
  jitterBuffer: 'jitter buffer',
  decode: 'decoding',
  display: 'waiting for the screen',
};

/** What a latency is made of, in the order of the way. */
export function partsText(latency: Latency): string {
  const parts = Object.entries(partNames) as [keyof Latency, string][];
  return parts.map(([part, name]) => `${name} ${latency[part].toFixed(1)} ms`).join(', ');
}
