/** Which encodings a camera sends for what it captures. */
import { z } from 'zod';

/** The codecs a camera may send with; `vp8` and `h264` use simulcast, `vp9` and `av1` use SVC. */
export const VideoCodec = z.enum(['vp8', 'h264', 'vp9', 'av1']);
export type VideoCodec = z.infer<typeof VideoCodec>;

const Pixels = z.number().int().min(1).max(16_384);

/** What a camera captures, px. */
export const CaptureSize = z.object({ width: Pixels, height: Pixels });
export type CaptureSize = z.infer<typeof CaptureSize>;

/** Most spatial layers that a camera sends. */
export const mostLayers = 3;

/** What a camera says of the track that it publishes. */
export const StatedCapture = CaptureSize.extend({
  /** frames/s; 0 where the device does not say. */
  frameRate: z.number().min(0).max(1000).optional(),
  /**
   * The real size of each layer, the smallest first; a main and a sub stream may be of any two sizes. Without it each
   * layer has half the width and height of the one above it.
   */
  layers: z
    .array(CaptureSize)
    .min(1)
    .max(mostLayers)
    .refine(areRising, 'each layer is at least as wide and as high as the one below it')
    .optional(),
});
export type StatedCapture = z.infer<typeof StatedCapture>;

function areRising(layers: CaptureSize[]): boolean {
  return layers.every(({ width, height }, at) => {
    const below = layers[at - 1];
    return !below || (width >= below.width && height >= below.height);
  });
}

/** 0 is the smallest layer. */
export const SpatialLayer = z.number().int().min(0).max(7);
export type SpatialLayer = z.infer<typeof SpatialLayer>;

/** The sizes of layers of which each has half the width and height of the one above it, the smallest first. */
export function halvedSizes({ width, height }: CaptureSize, count: number): CaptureSize[] {
  return Array.from({ length: count }, (_, layer) => {
    const scale = 2 ** (count - 1 - layer);
    return { width: width / scale, height: height / scale };
  });
}

export interface Capture extends CaptureSize {
  /** frames/s */
  frameRate: number;
}

/** One entry of `RTCRtpSendParameters.encodings` (W3C WebRTC §5.2, WebRTC-SVC §4). */
export interface Encoding {
  rid?: string;
  scaleResolutionDownBy?: number;
  scalabilityMode?: string;
  /** bit/s */
  maxBitrate: number;
}

/**
 * A smaller layer is not worth its packets. Chromium makes none either: told to, it leaves out the top layer of
 * simulcast, and one layer of SVC (libwebrtc, `simulcast.cc` and `svc_config.cc`).
 */
const smallest = { long: 240, short: 135 };
/**
 * On a short link a quarter of the frames is sent alone (three temporal layers). Of fewer frames a second than
 * this, a quarter would be a picture each second or less.
 */
const fewestForTemporalLayers = 8;

/**
 * How many spatial layers a capture of this size carries: each halves the one above it, and the smallest keeps at
 * least 240×135 px, lying or standing. 1280×720 gives three, 640×360 and 800×600 two, 320×180 one.
 */
export function spatialLayerCount({ width, height }: CaptureSize): number {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const fits = (scale: number): boolean =>
    long / scale >= smallest.long && short / scale >= smallest.short;
  let count = 1;
  while (count < mostLayers && fits(2 ** count)) count += 1;
  return count;
}

/** How many spatial layers are sent: one in each stream of simulcast, or all in one stream (WebRTC-SVC §4). */
export function layerCountOf(
  encodings: readonly { readonly scalabilityMode?: string | undefined }[] = [],
): number {
  const [, inOne = 1] = /^[LS]([1-9]\d?)T/.exec(encodings[0]?.scalabilityMode ?? '') ?? [];
  return Math.max(encodings.length, Number(inOne));
}

/**
 * The real size of each layer that Chromium's encoders make of a capture, the smallest first. So that each is
 * half of the one above it, they cut a few lines off a picture whose sides do not divide
 * (libwebrtc, `simulcast.cc` and `svc_config.cc`).
 */
export function encodedSizes({ width, height }: CaptureSize, encodings: Encoding[]): CaptureSize[] {
  const count = layerCountOf(encodings);
  const unit = 2 ** (count - 1);
  const whole = (side: number): number => side - (side % unit);
  return halvedSizes({ width: whole(width), height: whole(height) }, count);
}

/**
 * Bit rate in bit/s that suits a layer: about 0.09 bit per pixel and frame, which gives 2.5 Mbit/s
 * for 1280×720 at 30/s, within 80 kbit/s and 6 Mbit/s. VP9 and AV1 need about a third less.
 */
export function layerBitrate(capture: Capture, codec: VideoCodec): number {
  const efficiency = codec === 'vp9' || codec === 'av1' ? 0.65 : 1;
  const wanted = capture.width * capture.height * capture.frameRate * 0.09 * efficiency;
  return Math.round(Math.min(6_000_000, Math.max(80_000, wanted)) / 1000) * 1000;
}

/**
 * The encodings to publish with, smallest layer first (as simulcast in mediasoup expects).
 * SVC codecs send all layers in one encoding.
 */
export function encodingsFor(capture: Capture, codec: VideoCodec): Encoding[] {
  const count = spatialLayerCount(capture);
  const temporal = capture.frameRate >= fewestForTemporalLayers ? 'T3' : 'T1';
  if (codec === 'vp9' || codec === 'av1') {
    // Software AV1 encoders cannot make three sizes at once in real time; VP9 ones can.
    const scalabilityMode =
      codec === 'av1' || count === 1 ? `L1${temporal}` : `L${count}${temporal}_KEY`;
    return [{ scalabilityMode, maxBitrate: layerBitrate(capture, codec) }];
  }
  return Array.from({ length: count }, (_, layer) => {
    const scaleResolutionDownBy = 2 ** (count - 1 - layer);
    const maxBitrate = layerBitrate(
      {
        width: capture.width / scaleResolutionDownBy,
        height: capture.height / scaleResolutionDownBy,
        frameRate: capture.frameRate,
      },
      codec,
    );
    const scalabilityMode = codec === 'vp8' ? `L1${temporal}` : 'L1T1';
    return { rid: `r${layer}`, scaleResolutionDownBy, scalabilityMode, maxBitrate };
  });
}

/** Of what a camera may send, for its picture: the rest is for sound, headers and repeated packets. */
const pictureShare = 0.9;

/** The encodings with less each, if together they would be more than a camera may send. @param most bit/s */
export function within(encodings: Encoding[], most: number): Encoding[] {
  const all = encodings.reduce((sum, { maxBitrate }) => sum + maxBitrate, 0);
  const share = Math.min(1, (most * pictureShare) / all);
  return encodings.map((encoding) => ({
    ...encoding,
    maxBitrate: Math.floor(encoding.maxBitrate * share),
  }));
}
