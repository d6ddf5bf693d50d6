/** What is said of the gateway to whoever looks after it: whether it does what it is there for, and why not. */
import type { SiteCameraReport, SiteCameraState } from '../server/contract/gateway.ts';

export interface GatewayState {
  readonly connected: boolean;
  /** Why the server cannot be spoken to, where that is known. */
  readonly refusal: string | undefined;
  readonly reports: readonly SiteCameraReport[];
}

export interface Readiness {
  readonly server: 'connected' | 'away';
  /** Why it is away. */
  readonly reason?: string;
  /** How many cameras are in which state. */
  readonly cameras: Partial<Record<SiteCameraState, number>>;
  /** What keeps it from showing any picture; empty while it could. */
  readonly troubles: ('server' | 'cameras')[];
}

export function readinessOf({ connected, refusal, reports }: GatewayState): Readiness {
  const cameras: Readiness['cameras'] = {};
  for (const { state } of reports) cameras[state] = (cameras[state] ?? 0) + 1;
  const enabled = reports.filter(({ state }) => state !== 'off');
  return {
    server: connected ? 'connected' : 'away',
    ...(refusal === undefined ? {} : { reason: refusal }),
    cameras,
    troubles: [
      ...(connected ? [] : (['server'] as const)),
      ...(enabled.length > 0 && enabled.every(isDead) ? (['cameras'] as const) : []),
    ],
  };
}

/** Nothing would come of it, as far as is known. */
function isDead({ state, trouble }: SiteCameraReport): boolean {
  return state !== 'live' && trouble !== undefined && trouble.code !== 'streams-differ';
}
