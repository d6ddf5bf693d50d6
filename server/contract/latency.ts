/**
 * How old a picture is when it is seen. Browsers do not tell that of a picture that came over a server, so it is
 * put together from what each part of its way measures: statistics of W3C webrtc-stats at both ends, and the
 * time that the media worker takes for its turn.
 */
import { z } from 'zod';

/** ms */
const Duration = z.number().min(0).max(60_000);

/** What a camera measures, mean of its last seconds. */
export const CameraTiming = z.object({
  /** Of one frame: `totalEncodeTime` by `framesEncoded`. */
  encode: Duration,
  /** Between encoder and network: `totalPacketSendDelay` by `packetsSent`. */
  pacing: Duration,
  /** To the server and back: `currentRoundTripTime`. */
  roundTrip: Duration,
});
export type CameraTiming = z.infer<typeof CameraTiming>;

/** What a viewer measures. */
export const ViewerTiming = z.object({
  roundTrip: Duration,
  /** From a frame's first packet to the decoder: `jitterBufferDelay` by `jitterBufferEmittedCount`. */
  jitterBuffer: Duration,
  /** `totalDecodeTime` by `framesDecoded`. */
  decode: Duration,
  /** From the decoder to the screen, where the browser tells it (video-rvfc §3). */
  display: Duration.default(0),
});
export type ViewerTiming = z.infer<typeof ViewerTiming>;

/** What the server knows of the way to a viewer; null for what was not measured, as by a sleeping camera. */
export const ZoneTiming = z.object({
  camera: CameraTiming.nullable(),
  /** Until the media worker has its turn, ms. */
  server: Duration.nullable(),
});
export type ZoneTiming = z.infer<typeof ZoneTiming>;

/** The parts of a picture's way, ms each, in their order. */
export interface Latency {
  readonly encode: number;
  readonly pacing: number;
  /** Camera to server. */
  readonly up: number;
  readonly server: number;
  /** Server to viewer. */
  readonly down: number;
  readonly jitterBuffer: number;
  readonly decode: number;
  readonly display: number;
}

/** @returns undefined while a part of the way is not measured */
export function latencyOf(
  { camera, server }: ZoneTiming,
  viewer: ViewerTiming,
): Latency | undefined {
  if (!camera || server === null) return undefined;
  return {
    encode: camera.encode,
    pacing: camera.pacing,
    up: camera.roundTrip / 2,
    server,
    down: viewer.roundTrip / 2,
    jitterBuffer: viewer.jitterBuffer,
    decode: viewer.decode,
    display: viewer.display,
  };
}

/** @returns ms */
export function totalOf(latency: Latency): number {
  return Object.values(latency).reduce((sum: number, part: number) => sum + part, 0);
}
