/** How packets that have bounds by UDP keep them in a stream of bytes. */

/** Where the first packet stands among what has come, and where the next one begins. */
export interface Framed {
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

export interface Framing {
  frame(packet: Buffer): Buffer;
  /** @returns undefined while it is not whole. @throws Error where this can be no packet */
  first(bytes: Buffer): Framed | undefined;
}

const lengthBytes = 2;

/** RFC 4571: each after its length. */
export const afterLength: Framing = {
  frame(packet) {
    const framed = Buffer.allocUnsafe(lengthBytes + packet.length);
    framed.writeUInt16BE(packet.length);
    packet.copy(framed, lengthBytes);
    return framed;
  },
  first(bytes) {
    if (bytes.length < lengthBytes) return undefined;
    const end = lengthBytes + bytes.readUInt16BE();
    return end <= bytes.length ? { from: lengthBytes, to: end, end } : undefined;
  },
};

const stunHeader = 20;
const channelHeader = 4;
const padded = (length: number): number => (length + 3) & ~3;

/** RFC 8656 §12.5: messages of STUN and channel data say their length themselves; the latter are padded. */
export const asTurn: Framing = {
  frame(packet) {
    return Buffer.concat([packet, Buffer.alloc(padded(packet.length) - packet.length)]);
  },
  first(bytes) {
    if (bytes.length < channelHeader) return undefined;
    const kind = (bytes[0] ?? 0) >> 6;
    if (kind > 1) throw new Error('neither a message of STUN nor channel data');
    const to = (kind === 0 ? stunHeader : channelHeader) + bytes.readUInt16BE(2);
    const end = padded(to);
    return end <= bytes.length ? { from: 0, to, end } : undefined;
  },
};
