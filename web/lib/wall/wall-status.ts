/** What the pill of many pictures says: the worst of what is in sight, since one dead camera of sixteen is no good wall. */
import type { Status } from '../session/status.ts';

/** The worst first. A picture that is not on the screen is asleep: `CONNECTED`. */
const order = [
  'FAILED',
  'STALLED',
  'WAITING FOR CAMERA',
  'RECONNECTING',
  'CONNECTING',
  'STREAMING',
  'CONNECTED',
] as const;

export interface WallFacts {
  readonly failed: boolean;
  readonly connection: { readonly up: boolean; readonly reached: boolean };
  /** Of each picture. */
  readonly statuses: readonly Status[];
}

export function wallStatus({ failed, connection, statuses }: WallFacts): Status {
  if (failed) return 'FAILED';
  if (!connection.up) return connection.reached ? 'RECONNECTING' : 'CONNECTING';
  return order.find((status) => statuses.includes(status)) ?? 'WAITING FOR CAMERA';
}
