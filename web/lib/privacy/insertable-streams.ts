/**
 * Frames of a track as a stream, and a track from such a stream, as Chromium has them on the window
 * (an early form of https://www.w3.org/TR/mediacapture-transform/). Both streams move to a worker, so
 * that neither a hidden tab nor a busy page slows the picture.
 */
interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
export interface InsertableStreams {
  readonly MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack }) => TrackProcessor;
  readonly MediaStreamTrackGenerator: new (init: { kind: 'video' }) => TrackGenerator;
}

/** Undefined where the browser has none: Firefox, Safari. */
export function insertableStreams(): InsertableStreams | undefined {
  const has =
    'MediaStreamTrackProcessor' in globalThis && 'MediaStreamTrackGenerator' in globalThis;
  return has ? (globalThis as typeof globalThis & InsertableStreams) : undefined;
}
