/** How a session takes part in a zone and how that ends: the one home of its log lines and records. */
import { actorOf } from '../access/caller.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';

type Role = 'camera' | 'operator';
const kinds = { camera: 'filming', operator: 'watching' } as const;

/** @returns when it is kept that this session takes part */
export function began(context: Context, session: Session, role: Role, zone: ZoneId): Promise<void> {
  const { peer, address, caller } = session;
  context.log.info({ zone, role, peer, address }, 'session started');
  const actor = actorOf(caller);
  const entry = { kind: kinds[role], action: 'began', actor, address, zone } as const;
  return context.audit.record(entry, nameOf(session, role, zone));
}

/** @param since when the part began, ms since the epoch */
export function ended(
  context: Context,
  session: Session,
  part: { role: Role; zone: ZoneId; since: number },
): void {
  const { role, zone, since } = part;
  if (!context.zones.has(zone)) context.sfu.forget(zone);
  const until = Date.now();
  const { peer, address, caller } = session;
  context.log.info({ zone, role, peer, duration: until - since }, 'session ended');
  const detail = { from: new Date(since).toISOString(), to: new Date(until).toISOString() };
  const actor = actorOf(caller);
  // What has ended cannot be refused any more; it waits for a store that cannot be used.
  context.audit.recordEnd(
    { kind: kinds[role], action: 'ended', actor, address, zone, detail },
    nameOf(session, role, zone),
  );
}

/** A session takes part in a zone once at a time. */
function nameOf({ peer }: Session, role: Role, zone: ZoneId): string {
  return `${peer} ${role} ${zone}`;
}
