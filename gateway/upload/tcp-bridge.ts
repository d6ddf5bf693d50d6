/**
 * Media over TCP to the server (RFC 6544, framed by RFC 4571), behind a UDP port of this machine: the ICE library takes
 * that for the server. It knows TCP itself, but two of its threads send at once, by which a packet goes out twice without
 * its length, and the server ends the connection, within seconds.
 */
import { createSocket, type RemoteInfo, type Socket as Door } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket as Line } from 'node:net';

const loopback = '127.0.0.1';
/** More does not wait for TCP, bytes: what is late is lost, as by UDP, and is taken for a narrow way. */
const mostWaiting = 128 * 1024;
const lengthBytes = 2;

export interface TcpPlace {
  readonly ip: string;
  readonly port: number;
}

export class TcpBridge {
  /** Told once when the connection was not to be had, or has ended. */
  onClosed: () => void = () => {};
  /** Where the ICE library finds it, in place of the server. */
  readonly place: TcpPlace;
  readonly #door: Door;
  readonly #line: Line;
  /** The ICE library's socket: the first that speaks, and no other. */
  #client: RemoteInfo | undefined;
  #read: Buffer = Buffer.alloc(0);
  #closed = false;

  /** @param from the address of this machine that is used; any by itself */
  static async open(place: TcpPlace, from: string | undefined): Promise<TcpBridge> {
    const door = createSocket('udp4');
    door.bind(0, loopback);
    await once(door, 'listening');
    return new TcpBridge(door, place, from);
  }

  private constructor(door: Door, { ip, port }: TcpPlace, from: string | undefined) {
    this.#door = door;
    this.place = { ip: loopback, port: door.address().port };
    this.#line = connect({
      ...{ host: ip, port, noDelay: true },
      ...(from === undefined ? {} : { localAddress: from }),
    });
    door.on('message', (packet, client) => this.#toServer(packet, client));
    // The ICE library is gone, or the network is; either ends the bridge, too.
    door.on('error', () => this.#end());
    this.#line.on('data', (bytes) => this.#fromServer(bytes));
    this.#line.on('error', () => {}); // 'close' follows.
    this.#line.on('close', () => this.#end());
  }

  close(): void {
    this.onClosed = () => {};
    this.#end();
  }

  #toServer(packet: Buffer, client: RemoteInfo): void {
    this.#client ??= client;
    if (client.port !== this.#client.port || this.#line.writableLength > mostWaiting) return;
    const framed = Buffer.allocUnsafe(lengthBytes + packet.length);
    framed.writeUInt16BE(packet.length);
    packet.copy(framed, lengthBytes);
    this.#line.write(framed);
  }

  #fromServer(bytes: Buffer): void {
    let rest = this.#read.length === 0 ? bytes : Buffer.concat([this.#read, bytes]);
    while (rest.length >= lengthBytes) {
      const end = lengthBytes + rest.readUInt16BE();
      if (rest.length < end) break;
      if (this.#client) {
        this.#door.send(rest.subarray(lengthBytes, end), this.#client.port, loopback);
      }
      rest = rest.subarray(end);
    }
    // A copy, so that what was read does not stay for the sake of a few bytes.
    this.#read = Buffer.from(rest);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#line.destroy();
    this.#door.close();
    this.onClosed();
  }
}
