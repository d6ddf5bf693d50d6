/** RTP packets that are wrong in some way, made of what packets are made of, and not of noise alone. */
import type { Chance } from './random.ts';

export interface FuzzedStream {
  readonly codec: 'VP8' | 'VP9' | 'AV1' | 'H264' | 'opus';
  readonly payloadType: number;
  /** Of retransmissions (RFC 4588); absent where there are none. */
  readonly rtxType?: number;
  /** SSRCs of the layers, and of their retransmissions. */
  readonly ssrcs: number[];
  readonly rtxSsrcs: number[];
  /** Ids of the header extensions that were agreed on. */
  readonly extensionIds: number[];
  readonly rids: string[];
}

export class MalformedRtp {
  readonly #chance: Chance;
  readonly #stream: FuzzedStream;
  readonly #sequences = new Map<number, number>();
  #timestamp: number;
  #recent: Buffer[] = [];

  constructor(chance: Chance, stream: FuzzedStream) {
    this.#chance = chance;
    this.#stream = stream;
    this.#timestamp = chance.word();
  }

  /** The next packet: a good one, one with something wrong in it, or one that was good before. */
  next(): Buffer {
    const chance = this.#chance;
    if (this.#recent.length > 8 && chance.often(0.25)) return this.#mutated();
    const packet = this.#made();
    this.#recent.push(packet);
    if (this.#recent.length > 64) this.#recent.shift();
    return packet;
  }

  #made(): Buffer {
    const chance = this.#chance;
    const { payloadType, rtxType, ssrcs, rtxSsrcs } = this.#stream;
    const isRtx = rtxType !== undefined && rtxSsrcs.length > 0 && chance.often(0.15);
    const ssrc = chance.often(0.02) ? chance.edge(32) : chance.pick(isRtx ? rtxSsrcs : ssrcs);
    const sequence = this.#sequence(ssrc);
    if (chance.often(0.3)) this.#timestamp = (this.#timestamp + 3000) >>> 0;
    const type = chance.often(0.03)
      ? chance.pick([rtxType ?? 0, chance.below(64), 96 + chance.below(32)])
      : isRtx
        ? rtxType
        : payloadType;
    const csrcs = chance.often(0.1) ? chance.below(16) : 0;
    const extension = chance.often(0.7) ? this.#extension() : undefined;
    const payload = Buffer.concat([
      ...(isRtx && chance.often(0.95) ? [this.#original()] : []),
      this.#payload(),
    ]);
    const padding = chance.often(0.15) ? this.#padding() : undefined;
    const head = Buffer.alloc(12);
    head[0] = 0x80 | (padding ? 0x20 : 0) | (extension ? 0x10 : 0) | csrcs;
    head[1] = (chance.often(0.3) ? 0x80 : 0) | type;
    head.writeUInt16BE(sequence, 2);
    head.writeUInt32BE(chance.often(0.03) ? chance.edge(32) : this.#timestamp, 4);
    head.writeUInt32BE(ssrc >>> 0, 8);
    return Buffer.concat([
      head,
      chance.bytes(csrcs * 4),
      extension ?? Buffer.alloc(0),
      payload,
      padding ?? Buffer.alloc(0),
    ]);
  }

  #sequence(ssrc: number): number {
    const chance = this.#chance;
    const before = this.#sequences.get(ssrc) ?? chance.below(65_536);
    const step = chance.often(0.93) ? 1 : chance.often(0.7) ? chance.between(2, 40) : 3000;
    const next = (before + step) & 0xffff;
    this.#sequences.set(ssrc, next);
    return next;
  }

  /** The original sequence number at the beginning of a retransmission. */
  #original(): Buffer {
    const number = Buffer.alloc(2);
    const known = [...this.#sequences.values()];
    const base = known.length > 0 ? this.#chance.pick(known) : 0;
    number.writeUInt16BE(
      this.#chance.often(0.8) ? (base - this.#chance.below(20)) & 0xffff : this.#chance.edge(16),
    );
    return number;
  }

  /** RFC 8285, of both forms, with lengths that fit, and elements that do not. */
  #extension(): Buffer {
    const chance = this.#chance;
    const twoByte = chance.often(0.5);
    const elements: Buffer[] = [];
    for (let count = chance.below(6); count > 0; count -= 1) {
      const id = chance.often(0.85) ? chance.pick(this.#stream.extensionIds) : chance.below(256);
      const length = chance.pick([0, 0, 1, 2, 3, 4, 8, 15, 16, 17, chance.below(64)]);
      const told = chance.often(0.9) ? length : chance.below(256);
      const value =
        chance.often(0.15) && this.#stream.rids.length > 0
          ? Buffer.from(chance.pick(this.#stream.rids))
          : chance.bytes(length);
      elements.push(
        twoByte
          ? Buffer.concat([Buffer.from([id, told & 0xff]), value])
          : Buffer.concat([Buffer.from([((id & 15) << 4) | (Math.max(0, told - 1) & 15)]), value]),
      );
      if (chance.often(0.2)) elements.push(Buffer.alloc(chance.below(4)));
    }
    const body = Buffer.concat(elements);
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]).subarray(
      0,
      900,
    );
    const head = Buffer.alloc(4);
    const profile = twoByte ? 0x1000 | (chance.often(0.2) ? chance.below(16) : 0) : 0xbede;
    head.writeUInt16BE(chance.often(0.97) ? profile : chance.below(65_536), 0);
    const words = Math.floor(padded.length / 4);
    head.writeUInt16BE(chance.often(0.97) ? words : Math.min(words, chance.below(words + 1)), 2);
    return Buffer.concat([head, padded.subarray(0, words * 4)]);
  }

  #padding(): Buffer {
    const chance = this.#chance;
    const length = chance.pick([1, 1, 2, 4, 64, 255]);
    const padding = chance.bytes(length);
    padding[length - 1] = chance.often(0.6) ? length : chance.pick([0, 1, 128, 255]);
    return padding;
  }

  #payload(): Buffer {
    const chance = this.#chance;
    if (chance.often(0.06)) return chance.bytes(chance.below(4));
    const rest = chance.bytes(chance.pick([0, 1, 2, 10, 100, 600]));
    return Buffer.concat([this.#descriptor(), rest]);
  }

  /** The first bytes, which say what the rest is, with any flag set; cut off now and then. */
  #descriptor(): Buffer {
    const chance = this.#chance;
    const key = chance.often(0.2);
    const byte = (): number => chance.below(256);
    let bytes: number[];
    switch (this.#stream.codec) {
      case 'VP8': // RFC 7741 §4.2
        bytes = [0x80 | (chance.often(0.7) ? 0x10 : byte()), chance.often(0.6) ? 0xe0 : byte()];
        bytes.push(chance.often(0.7) ? 0x80 | byte() : byte(), byte(), byte(), byte());
        bytes.push(key ? 0x00 : 0x01, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02);
        break;
      case 'VP9': // RFC 9628 §4.2
        bytes = [
          chance.often(0.6) ? (key ? 0xac : 0xec) : byte(),
          0x80 | byte(),
          byte(),
          // TID, U, SID, D
          (chance.below(4) << 5) | (chance.below(2) << 4) | (chance.below(4) << 1),
          byte(),
          byte(),
          byte(),
          byte(),
        ];
        break;
      case 'H264': // RFC 6184 §5: single, STAP-A, FU-A, and types that nobody sends
        bytes = [chance.pick([0x67, 0x65, 0x41, 0x18, 0x78, 0x7c, 0x5c, 0x7d, byte()])];
        bytes.push(
          chance.often(0.5) ? 0x00 : byte(),
          chance.often(0.5) ? 0x05 : byte(),
          0x67,
          byte(),
        );
        break;
      case 'AV1': // AV1 RTP §4.4
        bytes = [byte(), byte(), key ? 0x0a : 0x32, byte(), byte()];
        break;
      case 'opus':
        bytes = [byte()];
        break;
    }
    return Buffer.from(chance.often(0.9) ? bytes : bytes.slice(0, chance.below(bytes.length + 1)));
  }

  /** One of the last packets with a few bits, bytes or lengths changed, cut or made longer. */
  #mutated(): Buffer {
    const chance = this.#chance;
    const ssrc = chance.pick(this.#stream.ssrcs);
    let packet: Buffer = Buffer.from(chance.pick(this.#recent));
    for (let changes = chance.between(1, 4); changes > 0; changes -= 1) {
      // What is not in the header is more often read wrongly.
      const at = chance.below(Math.min(packet.length, 48));
      if (chance.often(0.4)) packet[at] = (packet[at] ?? 0) ^ (1 << chance.below(8));
      else if (chance.often(0.5)) packet[at] = chance.edge(8);
      else if (chance.often(0.5) && packet.length > 14)
        packet = packet.subarray(0, chance.between(12, packet.length));
      else packet = Buffer.concat([packet, chance.bytes(chance.below(200))]);
    }
    packet[0] = 0x80 | ((packet[0] ?? 0) & 0x3f);
    if (chance.often(0.8)) packet.writeUInt32BE(ssrc, 8);
    packet.writeUInt16BE(this.#sequence(packet.readUInt32BE(8)), 2);
    return packet;
  }
}
