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
  return context.audit.record({ kind: kinds[role], action: 'began', actor, address, zone });
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
  context.audit
    .record({ kind: kinds[role], action: 'ended', actor, address, zone, detail })
    // What has ended cannot be refused any more; that it began is in the audit.
    .catch((error: unknown) =>
      context.log.error({ err: error, zone }, 'an end is not in the audit'),
    );
}
