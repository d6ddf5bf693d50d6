import { actorOf } from '../access/caller.ts';
import { RefusedError } from '../contract/errors.ts';
import type { Response } from '../contract/events.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Context } from './context.ts';
import type { Session } from './session.ts';

/** Answers `snapshot` once it is kept for good that a picture of the watched zone is saved. */
export async function snapshot(
  context: Context,
  session: Session,
  zone: ZoneId,
): Promise<Response<'snapshot'>> {
  if (!session.watching.has(zone)) {
    throw new RefusedError('not-joined', `This session does not watch ${zone}.`);
  }
  context.limits.record(session, 1);
  const { address, caller } = session;
  const actor = actorOf(caller);
  await context.audit.record({ kind: 'snapshot', action: 'taken', actor, address, zone });
  return {};
}
