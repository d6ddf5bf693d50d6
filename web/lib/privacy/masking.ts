/** Burns masks into a camera's track: in a worker, or on a canvas of the page. */
import { RefusedError } from '../../../server/contract/errors.ts';
import type { Masks } from '../../../server/contract/privacy.ts';
import { texts } from '../text/texts.ts';
import { canPaintFrames, maskOnCanvas } from './canvas-track.ts';
import { insertableStreams } from './insertable-streams.ts';
import type { MaskedTrack } from './masked-track.ts';
import { maskInWorker } from './worker-track.ts';

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
  const streams = insertableStreams();
  if (streams) return maskInWorker(streams, camera, masks, failed);
  if (canPaintFrames()) return maskOnCanvas(camera, masks, failed);
  throw new RefusedError('masks-required', texts.privacy.masks.noWay);
}
