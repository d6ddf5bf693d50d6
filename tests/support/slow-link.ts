/** A network path that can be made narrow: a UDP relay in front of the server's media ports. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { Bottleneck } from './lossy-relay.ts';

const queueLimit = 200; // ms of waiting, after which a router would drop

interface Flow {
  readonly socket: Socket;
  /** When the last packet that was let through has left a link of the present width; ms. */
  free: number;
  /** Nothing of it passes any more. */
  forgotten?: boolean;
}

export class SlowLink {
  /** bit/s towards each client; undefined is as fast as the machine. */
  width: number | undefined;
  /** Which all clients share on their way to the server. */
  readonly up: Bottleneck;
  /** Clients at this address have a way of their own. */
  aside: string | undefined;
  /** Of what clients send, 0 … 1; by a sequence that is the same each time. */
  upLoss = 0;
  /** Of what the server sends. */
  downLoss = 0;
  /** Nothing passes, in neither direction. */
  cut = false;
  readonly #flows = new Map<string, Flow>();
  readonly #doors: Socket[] = [];
  #closed = false;
  #state = 1;

  /** Relays `address:port` to `server:port` and back, for each of the ports. */
  static async open(
    address: string,
    server: string,
    ports: number[],
    up = new Bottleneck(),
  ): Promise<SlowLink> {
    const link = new SlowLink(up);
    for (const port of ports) {
      const door = createSocket('udp4').bind(port, address);
      await once(door, 'listening');
      link.#doors.push(door);
      door.on('message', (packet, client) => link.#toServer(door, packet, client, server, port));
    }
    return link;
  }

  private constructor(up: Bottleneck) {
    this.up = up;
  }

  /** The server sees every client at another address from now on, as after a change of network. */
  move(): void {
    for (const { socket } of this.#flows.values()) socket.close();
    this.#flows.clear();
  }

  /**
   * Connections of now carry nothing any more, as where a firewall forgets them; new ones pass.
   * @param oldest so many of the first ones go on
   */
  forget(oldest = 0): void {
    for (const flow of [...this.#flows.values()].slice(oldest)) flow.forgotten = true;
  }

  close(): void {
    this.#closed = true;
    for (const door of this.#doors) door.close();
    for (const { socket } of this.#flows.values()) socket.close();
  }

  #toServer(door: Socket, packet: Buffer, client: RemoteInfo, server: string, port: number): void {
    if (this.cut) return;
    const key = `${client.address}:${client.port}>${port}`;
    let flow = this.#flows.get(key);
    if (!flow) {
      const made: Flow = { socket: createSocket('udp4'), free: 0 };
      made.socket.on('message', (answer) => this.#toClient(door, answer, client, made));
      this.#flows.set(key, made);
      flow = made;
    }
    const { socket } = flow;
    if (flow.forgotten) return;
    if (client.address === this.aside) return socket.send(packet, port, server);
    if (this.#chance() < this.upLoss) return;
    this.up.pass(packet, () => {
      if (!this.#closed) socket.send(packet, port, server);
    });
  }

  #chance(): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return (this.#state >>> 8) / 2 ** 24;
  }

  #toClient(door: Socket, packet: Buffer, client: RemoteInfo, flow: Flow): void {
    if (this.cut || flow.forgotten || this.#chance() < this.downLoss) return;
    if (this.width === undefined) return door.send(packet, client.port, client.address);
    const now = performance.now();
    const begins = Math.max(now, flow.free);
    if (begins - now > queueLimit) return;
    flow.free = begins + (packet.length * 8 * 1000) / this.width;
    setTimeout(() => door.send(packet, client.port, client.address), flow.free - now);
  }
}
