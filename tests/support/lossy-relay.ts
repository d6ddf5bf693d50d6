/** A stretch of network between two ends that send each other UDP datagrams: some are lost on it. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export class LossyRelay {
  /** What is lost of what each end sends, 0 … 1; by a sequence that is the same each time. */
  readonly loss: [number, number] = [0, 0];
  /** Bytes that came from the first end, lost ones too. */
  bytes = 0;
  dropped = 0;
  /** Those that came from the first end last. */
  readonly seen: Buffer[] = [];
  readonly #sockets: [Socket, Socket];
  readonly #targets: [number, number] = [0, 0];
  #state = 1;

  static async open(): Promise<LossyRelay> {
    const sockets: [Socket, Socket] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of sockets) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new LossyRelay(sockets);
  }

  private constructor(sockets: [Socket, Socket]) {
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
    for (const socket of this.#sockets) socket.close();
  }

  /** @param from which end sends to this socket */
  #pass(from: number, datagram: Buffer): void {
    if (from === 0) {
      this.bytes += datagram.length;
      this.seen.push(datagram);
      if (this.seen.length > 50) this.seen.shift();
    }
    if (this.#chance() < (this.loss[from] ?? 0)) {
      this.dropped += 1;
      return;
    }
    const to = from === 0 ? 1 : 0;
    this.#sockets[to]?.send(datagram, this.#targets[to] ?? 0, '127.0.0.1');
  }

  #chance(): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return (this.#state >>> 8) / 2 ** 24;
  }
}
