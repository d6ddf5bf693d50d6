/** What is going on and what to do, for every state that a person can be in. */
import type { ConsoleSession } from '../session/console-session.svelte.ts';
import type { Role } from '../session/status.ts';

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
    return { title, advice: `${awaits ?? advice} It is tried again in ${waiting.seconds} s.` };
  }
  switch (status) {
    case 'STREAMING':
      return undefined;
    case 'FAILED':
      return session.fault ?? refused(session);
    case 'DISCONNECTED':
      if (filming && !window.isSecureContext) {
        return {
          title: 'Page not on HTTPS',
          advice:
            'Browsers give cameras to secure pages only. Open this page with https:// in front of its address.',
        };
      }
      return {
        title: 'No session',
        advice: 'Enter a zone identifier, choose a role, and press Initialise Secure Session.',
      };
    case 'WAITING FOR CAMERA':
      return {
        title: `No camera in ${zone} yet`,
        advice:
          'The picture appears by itself as soon as a camera publishes in this zone. Nothing to do here; start the camera, or choose a live zone.',
      };
    case 'STALLED':
      return filming
        ? {
            title: 'No frames are leaving',
            advice:
              'The camera or the network has stopped. Check the camera and its cable; sending goes on by itself.',
          }
        : {
            title: 'The picture is frozen',
            advice:
              'The camera has sent nothing for 2 seconds. It goes on by itself; if it stays frozen, check the camera and its network.',
          };
    case 'CONNECTED':
      if (filming && session.asleep) {
        return {
          title: 'On standby: nobody is watching',
          advice:
            'Nothing is sent, to spare the uplink; the connection stays open. Sending begins by itself as soon as someone opens this zone.',
        };
      }
      return {
        title: 'Connected',
        advice: 'The encrypted connection is up; waiting for the first frame.',
      };
    default:
      return opening(session, filming);
  }
}

/** The feed that is there and cannot be had. */
function refused({ refusal }: ConsoleSession): Message | undefined {
  return refusal && { title: 'This camera cannot be shown here', advice: refusal.message };
}

function opening(session: ConsoleSession, filming: boolean): Message {
  if (session.connection.refusal) return session.connection.refusal;
  if (session.connection.failures > 0 && !session.connection.reached) {
    return {
      title: 'The server cannot be reached',
      advice:
        'Either it does not run, or its certificate was not accepted. Open this address in a new tab, accept the certificate there, then come back; the connection is tried again all the time.',
    };
  }
  if (session.connection.up && session.refusal) return refused(session) as Message;
  if (session.status === 'RECONNECTING') {
    return {
      title: 'The server is gone for the moment',
      advice:
        session.meter.frames === 'flowing'
          ? 'The picture goes on. The connection to the server is tried again by itself; nothing to do here.'
          : 'The connection is tried again by itself, and the picture comes back with it. If this lasts, check that the server runs and the network is up.',
    };
  }
  return filming
    ? {
        title: 'Opening the camera',
        advice:
          'Waiting for your permission to use the camera and for the server. Answer the browser’s question, if it asks one.',
      }
    : { title: 'Connecting', advice: 'Waiting for the server to open an encrypted connection.' };
}
