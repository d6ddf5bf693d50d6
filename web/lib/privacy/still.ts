/** A still of a track as it is sent: after the masks, and also while nothing of it is sent. */
import { largestStill } from '../../../server/contract/still.ts';
import { insertableStreams } from './insertable-streams.ts';

/** How long a camera may take for its next frames, ms. */
const patience = 1500;
const qualities = [0.8, 0.5, 0.2];

/** @returns a JPEG; undefined where no picture comes */
export async function stillOf(
  track: MediaStreamTrack,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // A copy, so that the one that is sent goes on as it is.
  const copy = track.clone();
  try {
    const streams = insertableStreams();
    const { readable } = streams ? new streams.MediaStreamTrackProcessor({ track: copy }) : {};
    return await (readable ? fromFrames(readable) : fromVideo(copy));
  } finally {
    copy.stop();
  }
}

/** Works in hidden tabs too. */
async function fromFrames(
  readable: ReadableStream<VideoFrame>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = readable.getReader();
  const timer = setTimeout(() => void reader.cancel(), patience);
  try {
    // The first one may be older than masks that were set just now.
    (await reader.read()).value?.close();
    const { value: frame } = await reader.read();
    if (!frame) return undefined;
    try {
      return await jpegOf(frame, frame.displayWidth, frame.displayHeight);
    } finally {
      frame.close();
    }
  } finally {
    clearTimeout(timer);
    void reader.cancel();
  }
}

async function fromVideo(track: MediaStreamTrack): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  try {
    await Promise.race([video.play(), pause(patience)]);
    await Promise.race([nextFrame(video), pause(patience)]);
    if (video.videoWidth === 0) return undefined;
    return await jpegOf(video, video.videoWidth, video.videoHeight);
  } finally {
    video.srcObject = null;
  }
}

async function jpegOf(
  picture: CanvasImageSource,
  fullWidth: number,
  fullHeight: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const scale = Math.min(1, largestStill.width / fullWidth);
  const [width, height] = [Math.round(fullWidth * scale), Math.round(fullHeight * scale)];
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d', { alpha: false })?.drawImage(picture, 0, 0, width, height);
  for (const quality of qualities) {
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
    if (blob.size <= largestStill.bytes) return new Uint8Array(await blob.arrayBuffer());
  }
  return undefined;
}

function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => video.requestVideoFrameCallback(() => resolve()));
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
