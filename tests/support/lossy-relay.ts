/** A stretch of network between two ends that send each other UDP datagrams: some are lost on it. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** The narrowest stretch of a way, which several relays can share: what does not get through at once waits or is dropped. */
export class Bottleneck {
  /** bit/s; undefined is as fast as the machine. */
  width: number | undefined;
  dropped = 0;
  /** How long a packet waits before others are dropped, ms. */
  readonly #queue: number;
  /** When the last packet that was let in has left, ms. */
  #free = 0;

  constructor(queue = 300) {
    this.#queue = queue;
  }

  /** How long a packet that comes now waits, ms. */
  get wait(): number {
    return this.width === undefined ? 0 : Math.max(0, this.#free - performance.now());
  }

  pass(datagram: Buffer, deliver: () => void): void {
    if (this.width === undefined) return deliver();
    const now = performance.now();
    const begins = Math.max(now, this.#free);
    if (begins - now > this.#queue) {
      this.dropped += 1;
      return;
    }
    this.#free = begins + ((datagram.length + headers) * 8 * 1000) / this.width;
    setTimeout(deliver, this.#free - now);
  }
}

/** Of UDP and IPv4, bytes. */
const headers = 28;

export class LossyRelay {
  /** What is lost of what each end sends, 0 … 1; by a sequence that is the same each time. */
  readonly loss: [number, number] = [0, 0];
  /** Larger datagrams are lost, of whatever end, and nobody says so; bytes. */
  largest = Infinity;
  /** Bytes that came from the first end, lost ones too. */
  bytes = 0;
  dropped = 0;
  /** Those that came from the first end last. */
  readonly seen: Buffer[] = [];
  readonly #sockets: [Socket, Socket];
  readonly #targets: [number, number] = [0, 0];
  readonly #bottleneck: Bottleneck;
  #closed = false;
  #state = 1;

  /** @param bottleneck for what the first end sends */
  static async open(bottleneck = new Bottleneck()): Promise<LossyRelay> {
    const sockets: [Socket, Socket] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of sockets) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new LossyRelay(sockets, bottleneck);
  }

  private constructor(sockets: [Socket, Socket], bottleneck: Bottleneck) {
    this.#bottleneck = bottleneck;
    this.#sockets = sockets;
    for (const [index, socket] of sockets.entries()) {
      socket.on('message', (datagram) => this.#pass(index, datagram));
      socket.on('error', () => {}); // An end that is closed answers with ICMP.
    }
  }

  /** Tells where an end receives; gives the port that the other end is to send to in its place. */
  standInFor(end: 'first' | 'second', port: number): number {
    const index = end === 'first' ? 0 : 1;
    this.#targets[index] = port;
    return (this.#sockets[index === 0 ? 1 : 0]?.address() as AddressInfo).port;
  }

  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets) socket.close();
  }

  /** @param from which end sends to this socket */
  #pass(from: number, datagram: Buffer): void {
    if (from === 0) {
      this.bytes += datagram.length;
      this.seen.push(datagram);
      if (this.seen.length > 50) this.seen.shift();
    }
    if (datagram.length > this.largest || this.#chance() < (this.loss[from] ?? 0)) {
      this.dropped += 1;
      return;
    }
    const to = from === 0 ? 1 : 0;
    const deliver = (): void => {
      if (!this.#closed) this.#sockets[to]?.send(datagram, this.#targets[to] ?? 0, '127.0.0.1');
    };
    if (from === 0) this.#bottleneck.pass(datagram, deliver);
    else deliver();
  }

  #chance(): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return (this.#state >>> 8) / 2 ** 24;
  }
}
