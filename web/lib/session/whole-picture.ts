/**
 * The size at which a camera's picture is taken. Browsers cut a picture to the shape that is asked for, and
 * nothing says so; here the camera's own shape is kept, and a picture that is larger than chosen is scaled.
 */
import type { Capture, CaptureSize } from '../../../server/contract/layers.ts';

/** What the device gives by itself; a driver may not know some of it, or say 0. */
export type Settings = Pick<MediaTrackSettings, 'width' | 'height' | 'frameRate'>;

/**
 * The camera's size, halved for as long as neither side gets smaller than chosen: so shape and edges stay.
 * Portrait or landscape is the camera's choice.
 */
export function fittingSize(own: CaptureSize, chosen: CaptureSize): CaptureSize {
  let { width, height } = own;
  const [long, short] = sides(chosen);
  const [ownLong, ownShort] = sides(own);
  for (let by = 2; ownLong / by >= long && ownShort / by >= short; by *= 2) {
    // Odd sizes lose less than a pixel.
    [width, height] = [Math.floor(own.width / by), Math.floor(own.height / by)];
  }
  return { width, height };
}

/** A camera asked for more than this would take long to answer, and could not be encoded. */
const largest = 1920; // px

/** Whether two sizes have one shape, lying or standing: then they show the same of what the camera sees. */
export function isAlike(a: CaptureSize, b: CaptureSize): boolean {
  const [long, short] = sides(a);
  const [otherLong, otherShort] = sides(b);
  return Math.abs(long / short - otherLong / otherShort) < 0.02;
}

/** Doubled again and again: a camera that has not this size in this shape may have one of these. */
export function largerSizes({ width, height }: CaptureSize): CaptureSize[] {
  const sizes: CaptureSize[] = [];
  for (let by = 2; Math.max(width, height) * by <= largest; by *= 2) {
    sizes.push({ width: width * by, height: height * by });
  }
  return sizes;
}

/** What a track really delivers; what its device does not say is taken to be as chosen. */
export function actualCapture(settings: Settings, chosen: Capture): Capture {
  const known = (value: number | undefined, otherwise: number): number =>
    value !== undefined && value > 0 && Number.isFinite(value) ? value : otherwise;
  return {
    width: Math.round(known(settings.width, chosen.width)),
    height: Math.round(known(settings.height, chosen.height)),
    frameRate: known(settings.frameRate, chosen.frameRate),
  };
}

function sides({ width, height }: CaptureSize): [long: number, short: number] {
  return [Math.max(width, height), Math.min(width, height)];
}
