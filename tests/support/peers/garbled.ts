/** A clip that comes whole, of which no browser can decode a frame any more: each claims more bytes than it has. */
import type { Clip } from './clip.ts';
import { parseVp8 } from './vp8.ts';

export class GarblingClip implements Clip {
  readonly frameRate: number;
  readonly scalabilityMode: Clip['scalabilityMode'];
  layers: Clip['layers'];

  constructor({ frameRate, scalabilityMode, layers }: Clip) {
    this.frameRate = frameRate;
    this.scalabilityMode = scalabilityMode;
    this.layers = layers;
  }

  /** From now on, whoever plays it sends frames that nobody can decode. */
  garble(): void {
    this.layers = this.layers.map((layer) => ({
      ...layer,
      frames: layer.frames.map((packets) => packets.map(tooLong)),
    }));
  }
}

/** The size of its first partition, 19 bits of the frame's tag (RFC 6386 §9.1), is the greatest there can be. */
function tooLong(packet: Buffer): Buffer {
  const { startsFrame = false, frameAt = 0 } = parseVp8(packet, 0) ?? {};
  if (!startsFrame) return packet;
  const copy = Buffer.from(packet);
  copy.set([(packet[frameAt] ?? 0) | 0xe0, 0xff, 0xff], frameAt);
  return copy;
}
