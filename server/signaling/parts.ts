/** How a session takes part in a zone and how it ends: the one home of both log lines. */
import type { Context } from './context.ts';
import type { Filming, Session, Watching } from './session.ts';

export function begin(context: Context, session: Session, part: Watching | Filming): void {
  session.part = part;
  const { role, zone } = part;
  context.log.info({ zone, role, peer: session.peer }, 'session started');
}

/** Takes a session out of its zone; its transport is kept, since a change of zone goes on using it. */
export function end(context: Context, session: Session): void {
  const { part } = session;
  if (!part) return;
  session.part = undefined;
  const { role, zone } = part;
  if (role === 'operator') context.zones.leave(zone, session.id);
  else context.zones.camera(zone, session.id, 'gone');
  if (!context.zones.has(zone)) context.sfu.forget(zone);
  const duration = Date.now() - part.since; // ms
  context.log.info({ zone, role, peer: session.peer, duration }, 'session ended');
}
