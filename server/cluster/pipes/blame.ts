/** Why a pipe has failed, for whoever looks after the network between two nodes. */
import type { PipeLoss } from '../../media/plane.ts';

const inWords: Partial<Record<PipeLoss, string>> = {
  silent: 'it sends media, of which nothing comes',
  unanswered: 'neither media nor an answer comes from it',
  'large-lost':
    'small packets come from it, and large ones do not: the way has to carry packets of 1,280 bytes (MTU)',
};

/** Of a pipe whose picture comes all the same. */
export const unheard =
  'media comes from it, and nothing of what is sent back: lost packets and key frames cannot be asked for';

/** @returns what is wrong with the way; undefined where that is not why it ended */
export function blameOf(loss: PipeLoss): string | undefined {
  return inWords[loss];
}
