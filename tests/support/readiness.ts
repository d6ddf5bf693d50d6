/** What a server says of itself: `/readyz`, and how long its event loop has stood still. */
import { metricValue } from './metrics.ts';

export interface Readiness {
  readonly ready: boolean;
  readonly parts: Record<string, string>;
}

export async function readiness(url: string): Promise<Readiness> {
  return (await fetch(`${url}/readyz`)).json() as Promise<Readiness>;
}

/** The longest time for which nothing could happen in the server since this was asked before, ms. */
export async function longestStandstill(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return metricValue(text, 'nodejs_eventloop_lag_max_seconds') * 1000;
}
