/** Reads what ffmpeg writes to a pipe: Opus in Ogg (RFC 3533, RFC 7845), each page with one packet. */

export interface OpusPacket {
  readonly payload: Buffer;
  /** Samples of 48 kHz up to its end. */
  readonly until: number;
}

const headLength = 27;
/** The beginning of a page, and where the number of its segments stands. */
const capture = 'OggS';
const segmentsAt = 26;
const positionAt = 6;
/** The head and the comment come first. */
const heads = ['OpusHead', 'OpusTags'];

export class OggReader {
  readonly #most: number;
  #held: Buffer = Buffer.alloc(0);

  /** @param most bytes of a page */
  constructor(most = 65_536) {
    this.#most = most;
  }

  /** @throws Error when it is no Ogg, or a packet does not end with its page */
  read(bytes: Buffer): OpusPacket[] {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const packets: OpusPacket[] = [];
    for (;;) {
      const held = this.#held;
      if (held.length < headLength) return packets;
      if (held.toString('latin1', 0, 4) !== capture) throw new Error('no Ogg');
      const begin = headLength + (held[segmentsAt] ?? 0);
      const sizes = held.subarray(headLength, begin);
      const end = begin + sizes.reduce((sum, size) => sum + size, 0);
      if (end > this.#most) throw new Error('a page that is too long');
      if (held.length < begin || held.length < end) return packets;
      const page = held.subarray(begin, end);
      this.#held = held.subarray(end);
      if (sizes.length === 0 || heads.includes(page.toString('latin1', 0, 8))) continue;
      if (sizes.subarray(0, -1).some((size) => size < 255) || sizes.at(-1) === 255) {
        throw new Error('a page of more or less than one packet');
      }
      packets.push({ payload: page, until: Number(held.readBigInt64LE(positionAt)) });
    }
  }
}

/** Samples of 48 kHz in a packet that ffmpeg is told to make. */
export const packetSamples = 960;
