/** What is going on and what to do, for every state that a person can be in. */
import type { ConsoleSession } from '../session/console-session.svelte.ts';
import type { Role } from '../session/status.ts';
import { texts } from '../text/texts.ts';

const { notices } = texts;

export interface Message {
  title: string;
  advice: string;
}

/** Undefined while all is well: a streaming console needs no words. */
export function messageFor(session: ConsoleSession, zone: string, role: Role): Message | undefined {
  const { status, waiting } = session;
  const filming = role === 'camera';
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
      return filming && !window.isSecureContext ? notices.insecure : notices.noSession;
    case 'WAITING FOR CAMERA':
      return notices.noCamera(zone);
    case 'STALLED':
      return filming ? notices.nothingLeaves : notices.frozen;
    case 'CONNECTED':
      return filming && session.asleep ? notices.standby : notices.connected;
    default:
      return opening(session, filming);
  }
}

/** The feed that is there and cannot be had. */
function refused({ refusal }: ConsoleSession): Message | undefined {
  return refusal && { title: notices.refused, advice: refusal.message };
}

function opening(session: ConsoleSession, filming: boolean): Message {
  const { connection } = session;
  if (connection.refusal) return connection.refusal;
  if (connection.failures > 0 && !connection.reached) return notices.unreachable;
  const withheld = connection.up ? refused(session) : undefined;
  if (withheld) return withheld;
  if (session.status === 'RECONNECTING') {
    const { title, pictureGoesOn, pictureStops } = notices.gone;
    const goesOn = session.meter.frames === 'flowing';
    return { title, advice: goesOn ? pictureGoesOn : pictureStops };
  }
  return filming ? notices.openingCamera : notices.connecting;
}
