/** Masks for browsers with insertable streams: each frame passes a worker on its way to the encoder. */
import type { Masks } from '../../../server/contract/privacy.ts';
import { texts } from '../text/texts.ts';
import type { InsertableStreams } from './insertable-streams.ts';
import type { FromMaskWorker, ToMaskWorker } from './mask-worker.ts';
import type { MaskedTrack } from './masked-track.ts';

export function maskInWorker(
  streams: InsertableStreams,
  camera: MediaStreamTrack,
  masks: Masks,
  failed: (reason: string) => void,
): MaskedTrack {
  const { readable } = new streams.MediaStreamTrackProcessor({ track: camera });
  const track = new streams.MediaStreamTrackGenerator({ kind: 'video' });
  const worker = new Worker(new URL('./mask-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('error', ({ message }) =>
    failed(message || texts.privacy.masks.noWorker),
  );
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
