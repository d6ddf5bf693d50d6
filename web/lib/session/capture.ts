/** The camera device of this browser. */
import { RefusedError } from '../../../server/contract/errors.ts';
import type { Capture } from '../../../server/contract/layers.ts';
import { demonstrationDevice } from '../demonstration/address.ts';
import { texts } from '../text/texts.ts';
import { actualCapture, fittingSize, isAlike, largerSizes } from './whole-picture.ts';

export interface CaptureChoice extends Capture {
  /** Empty lets the browser choose; `demonstrationDevice` is a drawn picture. */
  deviceId: string;
}

/** Those of the faults that a device or this page is the reason of. */
type CaptureFault =
  'permission-refused' | 'no-device' | 'device-busy' | 'other-device' | 'insecure-page';

/** Why a camera cannot be had, in the console's own words. */
export class CaptureError extends Error {
  readonly code: CaptureFault;

  constructor(code: CaptureFault, options?: ErrorOptions) {
    super(texts.session.faults[code].title, options);
    this.name = 'CaptureError';
    this.code = code;
  }
}

const reasons: Record<string, CaptureFault> = {
  NotAllowedError: 'permission-refused',
  SecurityError: 'permission-refused',
  NotFoundError: 'no-device',
  OverconstrainedError: 'no-device',
  NotReadableError: 'device-busy',
  AbortError: 'device-busy',
};

/** The device that is taken where none was chosen by hand. */
export interface FormerDevice {
  /** Empty for none. */
  deviceId: string;
  /** Whether another one will not do. */
  required: boolean;
}

/**
 * Opens the camera, and takes its picture as a whole: at a size of its own that comes nearest to the one chosen,
 * of the shape that was chosen where the camera has that.
 * @throws CaptureError
 */
export async function openCamera(
  choice: CaptureChoice,
  former: FormerDevice,
): Promise<MediaStreamTrack> {
  if (choice.deviceId === demonstrationDevice) {
    const { openDemonstration } = await import('../demonstration/picture.ts');
    return openDemonstration(choice);
  }
  const track = await open({
    video: { ...deviceConstraint(choice, former), ...uncut(choice) },
  });
  const own = (): Capture => actualCapture(track.getSettings(), choice);
  const larger = largerSizes(choice);
  while (!isAlike(own(), choice)) {
    const size = larger.shift();
    await apply(track, uncut({ ...(size ?? choice), frameRate: choice.frameRate }));
    if (!size) break; // It has no such shape: what it has is taken.
  }
  const size = fittingSize(own(), choice);
  if (size.width < own().width || own().frameRate > choice.frameRate) {
    await apply(track, scaled({ ...size, frameRate: choice.frameRate }));
  }
  return track;
}

function deviceConstraint(choice: CaptureChoice, former: FormerDevice): MediaTrackConstraints {
  if (choice.deviceId) return { deviceId: { exact: choice.deviceId } };
  if (!former.deviceId) return {};
  return { deviceId: { [former.required ? 'exact' : 'ideal']: former.deviceId } };
}

/** Nearest to this, neither cut nor scaled (W3C Media Capture §4.3.7.1), by browsers that know of it. */
function uncut({ width, height, frameRate }: Capture): MediaTrackConstraints {
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: frameRate },
    ...({ resizeMode: { exact: 'none' } } as MediaTrackConstraints),
  };
}

/** Exactly this large, and no more frames than this. */
function scaled({ width, height, frameRate }: Capture): MediaTrackConstraints {
  return {
    width: { exact: width },
    height: { exact: height },
    frameRate: { ideal: frameRate, max: frameRate },
    ...({ resizeMode: 'crop-and-scale' } as MediaTrackConstraints),
  };
}

/** As far as the device and this browser can: what they cannot is no reason to send nothing. */
async function apply(track: MediaStreamTrack, constraints: MediaTrackConstraints): Promise<void> {
  try {
    await track.applyConstraints(constraints);
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
    throw new CaptureError('insecure-page');
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    const track = stream.getTracks()[0];
    if (!track) throw new CaptureError('no-device');
    return track;
  } catch (error) {
    if (error instanceof CaptureError || error instanceof RefusedError) throw error;
    const { name } = error as DOMException;
    throw new CaptureError(reasons[name] ?? 'device-busy', { cause: error });
  }
}
