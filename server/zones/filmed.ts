/** When a zone was filmed. One that ever was is expected to be filmed again: its camera is lost, not unknown. */
import type { ZoneId } from '../contract/zone.ts';

export interface Filmed {
  /** When its camera was first there, ms since the epoch by the server's clock. */
  readonly first: number;
  /** When it was last there. */
  readonly last: number;
}

export interface FilmedZone extends Filmed {
  readonly zone: ZoneId;
}

/** Both together: what two nodes have seen, or one node and the store. */
export function joined(one: Filmed | undefined, other: Filmed): Filmed {
  if (!one) return other;
  return { first: Math.min(one.first, other.first), last: Math.max(one.last, other.last) };
}
