/**
 * Masks for browsers without insertable streams: each frame is painted on a canvas of the page, whose own
 * track is sent. It works while the page is seen: browsers paint no frames in hidden tabs.
 */
import type { Masks } from '../../../server/contract/privacy.ts';
import { texts } from '../text/texts.ts';
import { paintMasks } from './mask-canvas.ts';
import type { MaskedTrack } from './masked-track.ts';

export function canPaintFrames(): boolean {
  return (
    'captureStream' in HTMLCanvasElement.prototype &&
    'requestVideoFrameCallback' in HTMLVideoElement.prototype
  );
}

export function maskOnCanvas(
  camera: MediaStreamTrack,
  masks: Masks,
  failed: (reason: string) => void,
): MaskedTrack {
  let inForce = masks;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: false });
  const track = canvas.captureStream().getVideoTracks()[0];
  if (!context || !track) throw new Error(texts.privacy.masks.noCanvas);
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([camera]);
  const paint = (): void => {
    if (track.readyState === 'ended') return;
    const { videoWidth: width, videoHeight: height } = video;
    if (canvas.width !== width || canvas.height !== height)
      Object.assign(canvas, { width, height });
    context.drawImage(video, 0, 0, width, height);
    paintMasks(context, inForce);
    video.requestVideoFrameCallback(paint);
  };
  video.requestVideoFrameCallback(paint);
  video.play().catch((error: unknown) => {
    if (track.readyState !== 'ended') failed(String(error));
  });
  return {
    track,
    setMasks: (next) => (inForce = next),
    close() {
      track.stop();
      video.srcObject = null;
    },
  };
}
