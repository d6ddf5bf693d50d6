/**
 * A drawn picture as a camera's track: it asks for no device and no permission, and goes the way of a camera's. Its beat
 * comes from a worker, since browsers slow the timers of a page that nobody looks at.
 */
import type { Capture } from '../../../server/contract/layers.ts';
import { texts } from '../text/texts.ts';
import { timeFormat } from '../text/times.ts';
import { drawScene } from './scene.ts';

/** @returns its track; the drawing ends once that is stopped */
export function openDemonstration({ width, height, frameRate }: Capture): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { alpha: false });
  const track = canvas.captureStream().getVideoTracks()[0];
  if (!context || !track) throw new Error(texts.demonstration.noCanvas);
  const clock = timeFormat({ timeStyle: 'medium' });
  const beat = new Worker(new URL('./beat-worker.ts', import.meta.url), { type: 'module' });
  const draw = (): void => {
    // No event tells that a page has stopped its own track.
    if (track.readyState === 'ended') return beat.terminate();
    const now = Date.now();
    drawScene(context, now / 1000, [texts.demonstration.word, clock.format(now)]);
  };
  beat.addEventListener('message', draw);
  beat.postMessage(1000 / frameRate);
  draw();
  return track;
}
