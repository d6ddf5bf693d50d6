/** RTCP packets, single and compound, of every type that a media server may read, with lengths and counts that lie. */
import type { Chance } from './random.ts';

export class MalformedRtcp {
  readonly #chance: Chance;
  readonly #ssrcs: () => number[];
  readonly #sequence: () => number;

  /**
   * @param ssrcs of the streams that it may speak of, as of now
   * @param sequence about where their sequence numbers are
   */
  constructor(chance: Chance, ssrcs: () => number[], sequence: () => number = () => 0) {
    this.#chance = chance;
    this.#ssrcs = ssrcs;
    this.#sequence = sequence;
  }

  next(): Buffer {
    const chance = this.#chance;
    const count = chance.often(0.6) ? 1 : chance.between(2, 8);
    const whole = Buffer.concat(Array.from({ length: count }, () => this.#one())).subarray(0, 1400);
    if (chance.often(0.8)) return whole;
    const mutated = Buffer.from(whole);
    for (let changes = chance.between(1, 6); changes > 0; changes -= 1) {
      const at = chance.below(mutated.length);
      // The second byte says that it is RTCP.
      if (at !== 1) mutated[at] = chance.edge(8);
    }
    mutated[0] = 0x80 | ((mutated[0] ?? 0) & 0x3f);
    return chance.often(0.2) ? mutated.subarray(0, chance.between(8, mutated.length)) : mutated;
  }

  #ssrc(): number {
    const known = this.#ssrcs();
    return known.length > 0 && this.#chance.often(0.9)
      ? this.#chance.pick(known)
      : this.#chance.pick([0, 1, 1234, 0xffffffff, this.#chance.word()]);
  }

  #one(): Buffer {
    const chance = this.#chance;
    const kinds = [
      () => this.#packet(200, chance.below(4), this.#senderReport()),
      () => this.#packet(201, chance.below(32), this.#receiverReport()),
      () => this.#packet(202, chance.below(32), this.#description()),
      () => this.#packet(203, chance.below(32), this.#bye()),
      () => this.#packet(204, chance.below(32), chance.bytes(chance.below(32))),
      () => this.#packet(205, 1, this.#nack()),
      () => this.#packet(205, 1, this.#nack()),
      () => this.#packet(205, 15, this.#transportFeedback()),
      () => this.#packet(205, 15, this.#transportFeedback()),
      () => this.#packet(205, chance.below(32), this.#feedback(chance.bytes(chance.below(64)))),
      () => this.#packet(206, 1, this.#feedback(Buffer.alloc(0))),
      () => this.#packet(206, 4, this.#feedback(this.#fullIntraRequest())),
      () => this.#packet(206, 15, this.#feedback(this.#remb())),
      () => this.#packet(206, chance.below(32), this.#feedback(chance.bytes(chance.below(64)))),
      () => this.#packet(207, chance.below(32), this.#extendedReport()),
      () => this.#packet(192 + chance.below(32), chance.below(32), chance.bytes(chance.below(40))),
    ];
    return chance.pick(kinds)();
  }

  #packet(type: number, count: number, body: Buffer): Buffer {
    const chance = this.#chance;
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    const head = Buffer.alloc(4);
    head[0] = 0x80 | (chance.often(0.05) ? 0x20 : 0) | (count & 31);
    head[1] = type;
    const words = padded.length / 4;
    head.writeUInt16BE(chance.often(0.93) ? words : chance.edge(16), 2);
    return Buffer.concat([head, padded]);
  }

  #words(...words: number[]): Buffer {
    const buffer = Buffer.alloc(words.length * 4);
    words.forEach((word, at) => buffer.writeUInt32BE(word >>> 0, at * 4));
    return buffer;
  }

  #senderReport(): Buffer {
    const chance = this.#chance;
    const words = [this.#ssrc(), ...Array.from({ length: 5 }, () => chance.edge(32))];
    const report = this.#words(...words);
    const whole = Buffer.concat([report, this.#blocks()]);
    return chance.often(0.9) ? whole : whole.subarray(0, chance.below(whole.length + 1));
  }

  #receiverReport(): Buffer {
    return Buffer.concat([this.#words(this.#chance.word()), this.#blocks()]);
  }

  #blocks(): Buffer {
    const chance = this.#chance;
    const blocks = Array.from({ length: chance.below(8) }, () =>
      this.#words(this.#ssrc(), ...Array.from({ length: 5 }, () => chance.edge(32))),
    );
    return Buffer.concat(blocks);
  }

  #description(): Buffer {
    const chance = this.#chance;
    const items = Array.from({ length: chance.below(6) }, () => {
      const length = chance.below(40);
      const told = chance.often(0.8) ? length : chance.below(256);
      return Buffer.concat([Buffer.from([chance.below(10), told]), chance.bytes(length)]);
    });
    return Buffer.concat([this.#words(this.#ssrc()), ...items, Buffer.alloc(chance.below(5))]);
  }

  #bye(): Buffer {
    const chance = this.#chance;
    const reason = chance.bytes(chance.below(30));
    const ssrcs = Array.from({ length: chance.below(32) }, () => this.#ssrc());
    return Buffer.concat([
      this.#words(...ssrcs),
      Buffer.from([chance.often(0.5) ? reason.length : chance.below(256)]),
      reason,
    ]);
  }

  #feedback(body: Buffer): Buffer {
    return Buffer.concat([this.#words(this.#chance.word(), this.#ssrc()), body]);
  }

  /** As many lost packets as fit, at worst. */
  #nack(): Buffer {
    const chance = this.#chance;
    const count = chance.often(0.2) ? 300 : chance.below(12);
    const items = Array.from({ length: count }, () => {
      const id = chance.often(0.8) ? this.#sequence() - chance.below(400) : chance.edge(16);
      return (((id & 0xffff) << 16) | chance.edge(16)) >>> 0;
    });
    return this.#feedback(this.#words(...items));
  }

  #fullIntraRequest(): Buffer {
    const chance = this.#chance;
    const entries = Array.from({ length: chance.below(20) }, () => [this.#ssrc(), chance.word()]);
    return this.#words(...entries.flat());
  }

  /** draft-alvestrand-rmcat-remb-03 */
  #remb(): Buffer {
    const chance = this.#chance;
    const count = chance.below(8);
    const told = chance.often(0.8) ? count : chance.below(256);
    return Buffer.concat([
      Buffer.from('REMB'),
      Buffer.from([told, chance.edge(8), chance.edge(8), chance.edge(8)]),
      this.#words(...Array.from({ length: count }, () => this.#ssrc())),
    ]);
  }

  /** draft-holmer-rmcat-transport-wide-cc-extensions-01 */
  #transportFeedback(): Buffer {
    const chance = this.#chance;
    const head = Buffer.alloc(8);
    const chunks: Buffer[] = [];
    let total = 0;
    for (let count = chance.below(40); count > 0; count -= 1) {
      const chunk = Buffer.alloc(2);
      const length = chance.pick([0, 1, 7, 100, 8191]);
      const run = (chance.below(4) << 13) | length;
      const isRun = chance.often(0.7);
      chunk.writeUInt16BE(isRun ? run : 0x8000 | chance.below(0x8000));
      total += isRun ? length : 7;
      chunks.push(chunk);
    }
    head.writeUInt16BE(chance.edge(16), 0);
    head.writeUInt16BE(chance.often(0.7) ? total & 0xffff : chance.edge(16), 2);
    head.writeUInt32BE(chance.word(), 4);
    const deltas = chance.bytes(chance.pick([0, 0, 1, 7, 100, 700]));
    return this.#feedback(Buffer.concat([head, ...chunks, deltas]));
  }

  #extendedReport(): Buffer {
    const chance = this.#chance;
    const blocks = Array.from({ length: chance.below(6) }, () => {
      const words = chance.below(10);
      const told = chance.often(0.8) ? words : chance.edge(16);
      const body = Array.from({ length: words }, () =>
        chance.often(0.4) ? this.#ssrc() : chance.edge(32),
      );
      const head = Buffer.from([chance.pick([4, 5, chance.below(256)]), chance.below(256), 0, 0]);
      head.writeUInt16BE(told, 2);
      return Buffer.concat([head, this.#words(...body)]);
    });
    return Buffer.concat([this.#words(this.#ssrc()), ...blocks]);
  }
}
