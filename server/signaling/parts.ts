/** How a session takes part in a zone and how that ends: the one home of both log lines. */
import type { ZoneId } from '../contract/zone.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';

type Role = 'camera' | 'operator';

export function began(context: Context, session: Session, role: Role, zone: ZoneId): void {
  const { peer, address } = session;
  context.log.info({ zone, role, peer, address }, 'session started');
}

/** @param since when the part began, ms since the epoch */
export function ended(
  context: Context,
  session: Session,
  part: { role: Role; zone: ZoneId; since: number },
): void {
  const { role, zone, since } = part;
  if (!context.zones.has(zone)) context.sfu.forget(zone);
  const duration = Date.now() - since; // ms
  context.log.info({ zone, role, peer: session.peer, duration }, 'session ended');
}
