/** The camera device of this browser. */
import { RefusedError } from '../../../server/contract/errors.ts';
import type { Capture } from '../../../server/contract/layers.ts';

export interface CaptureChoice extends Capture {
  /** Empty lets the browser choose. */
  deviceId: string;
}

/** Why a camera cannot be had; `code` is one of the faults the console explains. */
export class CaptureError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'CaptureError';
    this.code = code;
  }
}

const reasons: Record<string, string> = {
  NotAllowedError: 'permission-refused',
  SecurityError: 'permission-refused',
  NotFoundError: 'no-device',
  OverconstrainedError: 'no-device',
  NotReadableError: 'device-busy',
  AbortError: 'device-busy',
};

/** @throws CaptureError */
export function openCamera(choice: CaptureChoice): Promise<MediaStreamTrack> {
  return open({
    video: {
      ...(choice.deviceId ? { deviceId: { exact: choice.deviceId } } : {}),
      width: { ideal: choice.width },
      height: { ideal: choice.height },
      frameRate: { ideal: choice.frameRate, max: choice.frameRate },
    },
  });
}

/** @throws CaptureError */
export function openMicrophone(): Promise<MediaStreamTrack> {
  return open({ audio: true });
}

export async function cameraDevices(): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
}

/** What the track really delivers, which may differ from what was asked for. */
export function actualCapture(track: MediaStreamTrack, wanted: Capture): Capture {
  const { width, height, frameRate } = track.getSettings();
  return {
    width: width ?? wanted.width,
    height: height ?? wanted.height,
    frameRate: frameRate ?? wanted.frameRate,
  };
}

async function open(constraints: MediaStreamConstraints): Promise<MediaStreamTrack> {
  if (!window.isSecureContext || !navigator.mediaDevices) {
    throw new CaptureError('insecure-page', 'The page is not on HTTPS.');
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    const track = stream.getTracks()[0];
    if (!track) throw new CaptureError('no-device', 'The device gave no track.');
    return track;
  } catch (error) {
    if (error instanceof CaptureError || error instanceof RefusedError) throw error;
    const { name, message } = error as DOMException;
    throw new CaptureError(reasons[name] ?? 'device-busy', message);
  }
}
