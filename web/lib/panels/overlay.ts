/** The words over a picture: what is going on and what to do, for every state that a person can be in. */
import type { ConsoleSession } from '../session/console-session.svelte.ts';
import type { Role } from '../session/status.ts';
import { texts } from '../text/texts.ts';
import type { KnownNames } from '../zones/known-names.svelte.ts';
import { lostWords } from '../zones/lost.ts';

const { overlay } = texts;

export interface Message {
  title: string;
  advice: string;
  /** The title counts on, so that it is not read out each time. */
  counts?: boolean;
}

/** Undefined while all is well: a streaming console needs no words. */
export function messageFor(
  session: ConsoleSession,
  zone: string,
  role: Role,
  known: KnownNames,
): Message | undefined {
  const { status, waiting } = session;
  const filming = role === 'camera';
  const unreachable = filming ? undefined : session.tile.summary?.unreachable;
  if (waiting.fault && (status === 'FAILED' || session.connection.up)) {
    const { title, awaits, advice } = waiting.fault;
    return { title, advice: texts.session.triedAgain(awaits ?? advice, waiting.seconds) };
  }
  switch (status) {
    case 'STREAMING':
      return undefined;
    case 'FAILED':
      return session.fault ?? refused(session);
    case 'DISCONNECTED':
      return filming && !window.isSecureContext ? overlay.insecure : overlay.noSession;
    case 'WAITING FOR CAMERA':
      if (unreachable !== undefined) return overlay.cutOff(zone, unreachable);
      return missing(session, zone, known);
    case 'STALLED':
      if (filming) return overlay.nothingLeaves;
      if (session.tile.meter.undecoded) return overlay.undecoded;
      return session.meter.frames === 'none' ? overlay.silent : overlay.frozen;
    case 'CONNECTED':
      if (unreachable !== undefined) return overlay.cutOff(zone, unreachable);
      return filming && session.asleep ? overlay.standby : overlay.connected;
    default:
      return opening(session, filming);
  }
}

/** A camera that has been there before is lost; another one has not come yet, and perhaps never will. */
function missing(session: ConsoleSession, zone: string, known: KnownNames): Message {
  const lost = lostWords(session.tile.summary);
  if (lost !== undefined) return { ...overlay.lost(zone, lost), counts: true };
  return known.lacks(session.zone)
    ? overlay.noSuchZone(zone, known.nearestTo(session.zone).length > 0)
    : overlay.noCamera(zone);
}

/** A picture that is there, but cannot be given to this client. */
function refused({ refusal }: ConsoleSession): Message | undefined {
  return refusal && { title: overlay.refused, advice: refusal.message };
}

function opening(session: ConsoleSession, filming: boolean): Message {
  const { connection } = session;
  if (connection.refusal) return connection.refusal;
  if (connection.failures > 0 && !connection.reached) return overlay.unreachable;
  const withheld = connection.up ? refused(session) : undefined;
  if (withheld) return withheld;
  if (session.status === 'RECONNECTING') {
    const { title, pictureGoesOn, pictureStops } = overlay.gone;
    const goesOn = session.meter.frames === 'flowing';
    return { title, advice: goesOn ? pictureGoesOn : pictureStops };
  }
  return filming ? overlay.openingCamera : overlay.connecting;
}
