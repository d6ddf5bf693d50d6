/** What the status pill says: one pure function of what is known. */

export type Role = 'camera' | 'operator';

export type Status =
  | 'DISCONNECTED'
  | 'CONNECTING'
  | 'CONNECTED'
  | 'WAITING FOR CAMERA'
  | 'STREAMING'
  | 'STALLED'
  | 'RECONNECTING'
  | 'FAILED';

/** Whether frames flow: not yet, now, or not any more. */
export type Flow = 'none' | 'flowing' | 'stopped';

export interface Facts {
  role: Role;
  /** A person wants this session to go on. */
  active: boolean;
  failed: boolean;
  socketUp: boolean;
  /** The session has worked before, so a new attempt is a return. */
  returning: boolean;
  /** The server has answered the last watch or claim. */
  joined: boolean;
  /** There are tracks to receive or send. */
  hasMedia: boolean;
  transportUp: boolean;
  frames: Flow;
  /** The server waits in vain for what the watched camera was to send. */
  silent: boolean;
  /** A camera that was told to send nothing, since nobody watches; or a picture that is not seen. */
  asleep: boolean;
}

export function statusOf(facts: Facts): Status {
  if (facts.failed) return 'FAILED';
  if (!facts.active) return 'DISCONNECTED';
  const opening = facts.returning ? 'RECONNECTING' : 'CONNECTING';
  if (!facts.socketUp || !facts.joined) return opening;
  if (facts.role === 'operator' && !facts.hasMedia) return 'WAITING FOR CAMERA';
  if (!facts.hasMedia || !facts.transportUp) return opening;
  if (facts.asleep) return 'CONNECTED';
  if (facts.frames === 'flowing') return 'STREAMING';
  // Also of a camera that was silent before this page came: it looks no healthier for that.
  return facts.frames === 'stopped' || facts.silent ? 'STALLED' : 'CONNECTED';
}
