/** Cuts what was recorded of a layer into the frames of a clip. */
import type { ClipLayer } from './clip.ts';
import { clockRate } from './player.ts';
import { parseVp8 } from './vp8.ts';

export interface Packet {
  /** At 90 kHz. */
  readonly timestamp: number;
  readonly sequence: number;
  readonly payload: Buffer;
}

/**
 * From its first key frame on, by the packets' RTP timestamps. A camera's are not even: of two that come in the time of
 * one frame, the second has the next place.
 * @param frameRate frames/s
 * @param count of frames
 */
export function cutLayer(packets: Packet[], frameRate: number, count: number): ClipLayer {
  const sorted = packets.toSorted((a, b) => ((a.sequence - b.sequence) << 16) >> 16);
  const begin = sorted.findIndex(({ payload }) => parseVp8(payload, 0)?.startsKeyFrame);
  const first = sorted[begin];
  if (!first) throw new Error('no key frame came while the clip was recorded');
  const frames: Buffer[][] = Array.from({ length: count }, () => []);
  let [last, place] = [-1, -1];
  for (const { timestamp, payload } of sorted.slice(begin)) {
    const elapsed = (timestamp - first.timestamp) >>> 0;
    if (elapsed !== last) {
      place = Math.max(place + 1, Math.round((elapsed / clockRate) * frameRate));
      last = elapsed;
    }
    frames[place]?.push(payload);
  }
  const { width = 0, height = 0 } = parseVp8(first.payload, 0) ?? {};
  return { width, height, frames };
}

/** Whether it has each picture that the encoder made, each in a place of its own: no browser shows one with a gap to its end. */
export function isWhole({ frames }: Pick<ClipLayer, 'frames'>): boolean {
  const begun = frames.map((packets) => packets.filter((one) => parseVp8(one, 0)?.startsFrame));
  const numbers = frames.flat().map((payload) => {
    const at = parseVp8(payload, 0)?.pictureIdAt;
    return at === undefined ? NaN : payload.readUInt16BE(at) & 0x7fff;
  });
  const follows = (number: number, index: number): boolean =>
    index === 0 || ((number - (numbers[index - 1] ?? NaN)) & 0x7fff) <= 1;
  return begun.every(({ length }) => length <= 1) && numbers.every(follows);
}
