/** The camera device of this browser. */
import { RefusedError } from '../../../server/contract/errors.ts';
import type { Capture } from '../../../server/contract/layers.ts';
import { actualCapture, fittingSize } from './whole-picture.ts';

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

/**
 * Opens the camera in its own shape, at the size that comes nearest to the one chosen.
 * @throws CaptureError
 */
export async function openCamera(choice: CaptureChoice): Promise<MediaStreamTrack> {
  const { width, height, frameRate } = choice;
  const device = choice.deviceId ? { deviceId: { exact: choice.deviceId } } : {};
  const track = await open({
    video: {
      ...device,
      width: { ideal: width },
      height: { ideal: height },
      frameRate: { ideal: frameRate },
      ...asTheCameraHasIt,
    },
  });
  const own = actualCapture(track.getSettings(), choice);
  const size = fittingSize(own, choice);
  if (size.width < own.width || own.frameRate > frameRate) {
    await scale(track, { ...size, frameRate });
  }
  return track;
}

/** Neither cut nor scaled (W3C Media Capture §4.3.7.1); browsers that do not know it leave it out. */
const asTheCameraHasIt = { resizeMode: { exact: 'none' } } as MediaTrackConstraints;
const scaled = { resizeMode: 'crop-and-scale' } as MediaTrackConstraints;

/** Makes the picture smaller and its frames fewer, as far as this browser can: larger ones are no fault. */
async function scale(
  track: MediaStreamTrack,
  { width, height, frameRate }: Capture,
): Promise<void> {
  try {
    await track.applyConstraints({
      width: { exact: width },
      height: { exact: height },
      frameRate: { ideal: frameRate, max: frameRate },
      ...scaled,
    });
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** @throws CaptureError */
export function openMicrophone(): Promise<MediaStreamTrack> {
  return open({ audio: true });
}

export async function cameraDevices(): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
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
