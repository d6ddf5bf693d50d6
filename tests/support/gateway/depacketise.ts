/** What a decoder gets of an H.264 stream (RFC 6184): whole pictures, and how many were torn. */
import { parseRtp, type ReceivedHeader } from '../peers/rtp.ts';

/** packets */
const longestWait = 300;

export interface WholePicture {
  readonly units: Buffer[];
  readonly isKey: boolean;
  /** 90 kHz, as it came */
  readonly timestamp: number;
}

/** @returns the units of these payloads, which follow each other without a gap; undefined where they are none */
export function unitsOf(payloads: readonly Buffer[]): Buffer[] | undefined {
  const units: Buffer[] = [];
  let fragments: Buffer[] | undefined;
  for (const payload of payloads) {
    const type = (payload[0] ?? 0) & 0x1f;
    if (fragments && type !== 28) return undefined;
    if (type === 24) {
      for (let at = 1; at + 2 <= payload.length;) {
        const length = payload.readUInt16BE(at);
        units.push(payload.subarray(at + 2, at + 2 + length));
        at += 2 + length;
      }
    } else if (type === 28) {
      const [indicator = 0, head = 0] = payload;
      if (head & 0x80) fragments = [Buffer.from([(indicator & 0xe0) | (head & 0x1f)])];
      if (!fragments) return undefined;
      fragments.push(payload.subarray(2));
      if (head & 0x40) {
        units.push(Buffer.concat(fragments));
        fragments = undefined;
      }
    } else if (type >= 1 && type <= 23) units.push(payload);
    else return undefined;
  }
  return fragments ? undefined : units;
}

/** The pictures of a stream of packets that come in order; what is missing tears those that it belongs to. */
export class Pictures {
  readonly whole: WholePicture[] = [];
  torn = 0;
  onPicture: (picture: WholePicture) => void = () => {};
  #payloads: Buffer[] = [];
  #last: number | undefined;
  #isTorn = false;

  /** Packets come out of order: what is missing is waited for, for some packets, or so long (ms). */
  reorders = false;
  patience = Infinity;
  readonly #early = new Map<number, { readonly packet: Buffer; readonly at: number }>();

  take(packet: Buffer): void {
    const rtp = parseRtp(packet);
    if (!rtp || packet.length === rtp.payloadAt) return;
    if (!this.reorders) return this.#takeNext(packet, rtp);
    const now = performance.now();
    const next = this.#last === undefined ? rtp.sequence : this.#next;
    if (((rtp.sequence - next) & 0xffff) > 0x8000) return; // It came before.
    this.#early.set(rtp.sequence, { packet, at: now });
    const isEnough = (): boolean =>
      this.#early.size > longestWait ||
      [...this.#early.values()].some(({ at }) => now - at > this.patience);
    this.#takeFrom(next);
    // What has not come by now does not come.
    while (isEnough()) this.#takeFrom(nearest(this.#next, [...this.#early.keys()]));
  }

  get #next(): number {
    return ((this.#last ?? -1) + 1) & 0xffff;
  }

  #takeFrom(first: number): void {
    for (let number = first; this.#early.has(number); number = (number + 1) & 0xffff)
      this.#takeEarly(number);
  }

  #takeEarly(number: number): void {
    const packet = this.#early.get(number)?.packet;
    const rtp = packet && parseRtp(packet);
    this.#early.delete(number);
    if (rtp) this.#takeNext(packet, rtp);
  }

  #takeNext(packet: Buffer, rtp: ReceivedHeader): void {
    if (this.#last !== undefined && rtp.sequence !== ((this.#last + 1) & 0xffff)) {
      this.#isTorn = true;
    }
    this.#last = rtp.sequence;
    this.#payloads.push(packet.subarray(rtp.payloadAt));
    if (!rtp.marker) return;
    const units = this.#isTorn ? undefined : unitsOf(this.#payloads);
    this.#payloads = [];
    this.#isTorn = false;
    if (!units) {
      this.torn += 1;
      return;
    }
    const isKey = units.some((unit) => ((unit[0] ?? 0) & 0x1f) === 5);
    const picture = { units, isKey, timestamp: rtp.timestamp };
    this.whole.push(picture);
    this.onPicture(picture);
  }
}

/** The first of these sequence numbers from one on; they wrap. */
function nearest(from: number, numbers: readonly number[]): number {
  return numbers.reduce((best, one) =>
    ((one - from) & 0xffff) < ((best - from) & 0xffff) ? one : best,
  );
}
