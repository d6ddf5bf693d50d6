/** The worker in which a camera's frames get their masks, between capture and encoder. */
import type { Masks } from '../../../server/contract/privacy.ts';
import { FrameMasker } from './frame-masker.ts';

export type ToMaskWorker =
  | { masks: Masks; frames: ReadableStream<VideoFrame>; masked: WritableStream<VideoFrame> }
  | { masks: Masks };
/** Frames can be masked no longer; none leaves the worker any more. */
export interface FromMaskWorker {
  failed: string;
}

const masker = new FrameMasker();

addEventListener('message', ({ data }: MessageEvent<ToMaskWorker>) => {
  masker.masks = data.masks;
  if (!('frames' in data)) return;
  const masking = new TransformStream<VideoFrame, VideoFrame>({
    async transform(frame, output) {
      output.enqueue(await masker.mask(frame));
    },
  });
  data.frames
    .pipeThrough(masking)
    .pipeTo(data.masked)
    .catch((error: unknown) => {
      postMessage({ failed: String(error) } satisfies FromMaskWorker);
    });
});
