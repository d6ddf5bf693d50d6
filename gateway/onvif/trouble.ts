/** What keeps a camera's ONVIF from answering, said once where it is seen. */
import type { OnvifTrouble as Trouble } from '../../server/contract/onvif.ts';
import { SourceTrouble } from '../rtsp/trouble.ts';

export type OnvifTroubleCode = Trouble['code'];

export class OnvifTrouble extends Error {
  readonly code: OnvifTroubleCode;
  readonly fingerprint: string | undefined;

  /** @param detail in the camera's or the system's words; no secret */
  constructor(code: OnvifTroubleCode, detail: string, fingerprint?: string) {
    super(detail.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffd]+/g, ' ').slice(0, 300));
    this.code = code;
    this.fingerprint = fingerprint;
  }
}

/** What sockets, names and sign-in say is the same for streams and for ONVIF. */
export function onvifTroubleOf(error: unknown): OnvifTrouble {
  if (error instanceof OnvifTrouble) return error;
  if (!(error instanceof SourceTrouble)) {
    return new OnvifTrouble('unreachable', error instanceof Error ? error.message : String(error));
  }
  const { code, message, fingerprint } = error;
  switch (code) {
    case 'wrong-password':
    case 'wrong-network':
    case 'certificate':
      return new OnvifTrouble(code, message, fingerprint);
    case 'not-rtsp':
      return new OnvifTrouble('not-onvif', message);
    default:
      return new OnvifTrouble('unreachable', message);
  }
}

/** Whether one service alone is at fault, so that another of the same camera may do better. */
export function isOfService(error: unknown): boolean {
  const { code } = onvifTroubleOf(error);
  return code === 'not-supported' || code === 'refused' || code === 'not-onvif';
}
