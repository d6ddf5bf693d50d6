/** A track that shows another one with masks burnt in: made by a worker, or on a canvas of the page. */
import { RefusedError } from '../../../server/contract/errors.ts';
import type { Masks } from '../../../server/contract/privacy.ts';
import { canPaintFrames, maskOnCanvas } from './canvas-track.ts';
import { insertableStreams } from './insertable-streams.ts';
import type { FromMaskWorker, ToMaskWorker } from './mask-worker.ts';

export interface MaskedTrack {
  readonly track: MediaStreamTrack;
  /** These masks are in each frame from the next one on. */
  setMasks(masks: Masks): void;
  close(): void;
}

/** Whether this browser can burn masks in. */
export function canMask(): boolean {
  return insertableStreams() !== undefined || canPaintFrames();
}

/**
 * @param onFailed told when masks cannot be burnt in any longer; no frame comes from then on
 * @throws RefusedError `masks-required` when this browser cannot do it at all
 */
export function maskTrack(
  camera: MediaStreamTrack,
  masks: Masks,
  onFailed: (error: RefusedError) => void,
): MaskedTrack {
  const failed = (reason: string): void => onFailed(new RefusedError('masks-required', reason));
  if (insertableStreams()) return maskInWorker(camera, masks, failed);
  if (canPaintFrames()) return maskOnCanvas(camera, masks, failed);
  throw new RefusedError('masks-required', 'This browser can burn no masks into the picture.');
}

function maskInWorker(
  camera: MediaStreamTrack,
  masks: Masks,
  failed: (reason: string) => void,
): MaskedTrack {
  const streams = insertableStreams();
  if (!streams) throw new RefusedError('masks-required', 'There are no insertable streams.');
  const { readable } = new streams.MediaStreamTrackProcessor({ track: camera });
  const track = new streams.MediaStreamTrackGenerator({ kind: 'video' });
  const worker = new Worker(new URL('./mask-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('error', ({ message }) => failed(message || 'its worker did not start'));
  worker.addEventListener('message', ({ data }: MessageEvent<FromMaskWorker>) =>
    failed(data.failed),
  );
  const { writable } = track;
  const begin: ToMaskWorker = { masks, frames: readable, masked: writable };
  worker.postMessage(begin, [readable, writable]);
  return {
    track,
    setMasks: (next) => worker.postMessage({ masks: next } satisfies ToMaskWorker),
    close() {
      worker.terminate();
      track.stop();
    },
  };
}
