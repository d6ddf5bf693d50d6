/** A network path that can be made narrow: a UDP relay in front of the server's media ports. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

const queueLimit = 200; // ms of waiting, after which a router would drop

interface Flow {
  readonly socket: Socket;
  /** When the last packet that was let through has left a link of the present width; ms. */
  free: number;
}

export class SlowLink {
  /** bit/s towards each client; undefined is as fast as the machine. */
  width: number | undefined;
  /** Nothing passes, in neither direction. */
  cut = false;
  readonly #flows = new Map<string, Flow>();
  readonly #doors: Socket[] = [];

  /** Relays `address:port` to `server:port` and back, for each of the ports. */
  static async open(address: string, server: string, ports: number[]): Promise<SlowLink> {
    const link = new SlowLink();
    for (const port of ports) {
      const door = createSocket('udp4').bind(port, address);
      await once(door, 'listening');
      link.#doors.push(door);
      door.on('message', (packet, client) => link.#toServer(door, packet, client, server, port));
    }
    return link;
  }

  /** The server sees every client at another address from now on, as after a change of network. */
  move(): void {
    for (const { socket } of this.#flows.values()) socket.close();
    this.#flows.clear();
  }

  close(): void {
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
    flow.socket.send(packet, port, server);
  }

  #toClient(door: Socket, packet: Buffer, client: RemoteInfo, flow: Flow): void {
    if (this.cut) return;
    if (this.width === undefined) return door.send(packet, client.port, client.address);
    const now = performance.now();
    const begins = Math.max(now, flow.free);
    if (begins - now > queueLimit) return;
    flow.free = begins + (packet.length * 8 * 1000) / this.width;
    setTimeout(() => door.send(packet, client.port, client.address), flow.free - now);
  }
}
