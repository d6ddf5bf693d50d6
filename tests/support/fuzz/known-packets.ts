/** Packets that ended a media worker of mediasoup 3.27.1, or would have. */

/** VP8 with a two-byte header extension of length 0, which cannot be written in the one-byte form. */
export function emptyExtension(id: number, sequence = 1): Buffer {
  const hex = '90600001000000010000109210000001090000001000000102030405';
  const packet = Buffer.from(hex, 'hex');
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt8(id, 16);
  return packet;
}

/**
 * Transport-wide feedback of a viewer (draft-holmer-rmcat-transport-wide-cc-extensions-01) that tells of more
 * packets than 16 bits count: 131,071, of which 65,536 have come, with no time for any.
 */
export function endlessFeedback(mediaSsrc: number): Buffer {
  const runs = (status: number, counts: number[]): number[] =>
    counts.map((count) => (status << 13) | count);
  const received = runs(1, [...Array<number>(8).fill(8191), 8]);
  const missing = runs(0, [...Array<number>(8).fill(8191), 7]);
  const chunks = [...received, ...missing];
  const packet = Buffer.alloc(20 + chunks.length * 2);
  packet.writeUInt32BE((0x8fcd0000 | (packet.length / 4 - 1)) >>> 0, 0);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  packet.writeUInt16BE(0, 12);
  packet.writeUInt16BE(65_535, 14);
  chunks.forEach((chunk, at) => packet.writeUInt16BE(chunk, 20 + at * 2));
  return packet;
}
