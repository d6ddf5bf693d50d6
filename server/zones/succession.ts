/**
 * Who films a zone when another camera has its place. A living holder keeps it, so that two cameras of one key do not
 * push each other out for ever; what cannot send any more must not keep out what can.
 */
import { RefusedError, type ErrorCode } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Camera } from './camera.ts';

interface Reason {
  readonly code: ErrorCode;
  readonly text: string;
}

/** The camera that has a zone's place and has to give it over. */
export interface Yielding {
  readonly holder: Camera;
  readonly reason: Reason;
}

/** @returns undefined when the holder keeps its place */
export function reasonToYield(
  holder: { readonly camera: Camera; readonly silent: boolean },
  claimer: Pick<Camera, 'window'>,
): Reason | undefined {
  const { camera, silent } = holder;
  if (isNewWindowOf(camera, claimer)) {
    return { code: 'session-replaced', text: 'this device opened it in another window' };
  }
  if (!camera.reachable) {
    return { code: 'zone-occupied', text: 'the connection of this one was lost' };
  }
  return silent ? { code: 'zone-occupied', text: 'nothing came from this one' } : undefined;
}

/** What a camera is told whose place has gone while it waited for something. */
export function lostPlace(zone: ZoneId): RefusedError {
  return new RefusedError('zone-occupied', `This camera has lost its place in ${zone} meanwhile.`);
}

/**
 * Whether a device that was enrolled claims its own place, as after its browser was killed. Only the later
 * window takes it from the earlier one: the other way round they would take turns.
 */
function isNewWindowOf(
  { window: former }: Pick<Camera, 'window'>,
  { window: later }: Pick<Camera, 'window'>,
): boolean {
  return !!former && !!later && former.device === later.device && former.order < later.order;
}
