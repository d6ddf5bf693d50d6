/**
 * Who films a zone when another session holds its place. A living holder keeps it, so that two cameras of one
 * key do not oust each other for ever; what cannot send any more must not keep out what can.
 */
import { RefusedError, type ErrorCode } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Context } from './context.ts';
import { stopFilming } from './filming.ts';
import type { Session } from './session.ts';

/** A holder that has sent nothing for so long, when it was to send, gives its place over, ms. */
const mostSilence = 1000;

interface Reason {
  readonly code: ErrorCode;
  readonly text: string;
}

/** Whoever holds a zone and has to give it over. */
export interface Yielding {
  readonly holder: Session;
  readonly reason: Reason;
}

/**
 * Looks who has to give the zone over; nothing changes yet.
 * @throws RefusedError `zone-occupied` when the holder keeps it
 */
export function whoYields(context: Context, claimer: Session, zone: ZoneId): Yielding | undefined {
  const holder = context.sessions.get(context.zones.cameraOf(zone) ?? '');
  if (!holder || holder === claimer) return undefined;
  const reason = reasonToYield(holder, claimer);
  if (reason) return { holder, reason };
  throw new RefusedError(
    'zone-occupied',
    `Another camera is publishing in ${zone}. End its session, or choose another zone.`,
  );
}

/** Ends the holder's part in the zone, and tells it so. */
export function makeRoom(
  context: Context,
  claimer: Session,
  zone: ZoneId,
  { holder, reason: { code, text } }: Yielding,
): void {
  context.log.info({ zone, peer: holder.peer, by: claimer.peer, reason: text }, 'camera replaced');
  stopFilming(context, holder);
  holder.notify('session:ended', { code, message: `Another camera films ${zone} now: ${text}.` });
}

function reasonToYield(holder: Session, claimer: Session): Reason | undefined {
  if (isNewWindowOf(holder, claimer)) {
    return { code: 'session-replaced', text: 'this device opened it in another window' };
  }
  if (!holder.socket) return { code: 'zone-occupied', text: 'the connection of this one was lost' };
  const { filming } = holder;
  // As of the last look: a server that could not look, as its worker hangs, knows nothing of a silence.
  const silent =
    filming && !filming.demand?.asleep && filming.media.stopped(filming.lastLook, mostSilence);
  return silent ? { code: 'zone-occupied', text: 'nothing came from this one' } : undefined;
}

/**
 * Whether a device that was enrolled claims its own place, as after its browser was killed. Only the later
 * window takes it from the earlier one: the other way round they would take turns.
 */
function isNewWindowOf(holder: Session, claimer: Session): boolean {
  const { principal, via } = claimer.caller;
  return (
    principal.kind === 'key' &&
    via.kind === 'sign-in' &&
    holder.caller.via.kind === 'sign-in' &&
    holder.caller.via.id === via.id &&
    holder.order < claimer.order
  );
}
