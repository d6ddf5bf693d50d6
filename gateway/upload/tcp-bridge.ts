/**
 * A way by TCP or TLS behind a UDP port of this machine, which the ICE library takes for the server or the TURN server.
 * It knows no TURN but by UDP. It knows TCP to a server, but two of its threads send at once, by which a packet goes out
 * twice without its length, and the server ends the connection, within seconds.
 */
import { createSocket, type RemoteInfo, type Socket as Door } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIP, type Socket as Line } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterLength, asTurn, type Framing } from './framing.ts';
import type { StreamRelay } from './relays.ts';

const loopback = '127.0.0.1';
/** More does not wait for TCP, bytes: what is late is lost, as by UDP, and is taken for a narrow way. */
const mostWaiting = 128 * 1024;

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
  readonly #framing: Framing;
  /** The ICE library's socket: the first that speaks, and no other. */
  #client: RemoteInfo | undefined;
  #read: Buffer = Buffer.alloc(0);
  #closed = false;

  /**
   * To the server itself.
   * @param from the address of this machine that is used; any by itself
   */
  static async open({ ip, port }: TcpPlace, from: string | undefined): Promise<TcpBridge> {
    const local = from === undefined ? {} : { localAddress: from };
    const line = (): Line => connect({ host: ip, port, noDelay: true, ...local });
    return new TcpBridge(await openDoor(), line(), afterLength);
  }

  /**
   * To a TURN server.
   * @param ca authorities that are trusted in place of the usual ones, PEM
   */
  static async toRelay(
    { hostname: host, port, isTls }: StreamRelay,
    ca: string | undefined,
  ): Promise<TcpBridge> {
    const tls = { ...(ca ? { ca } : {}), ...(isIP(host) ? {} : { servername: host }) };
    const line = isTls ? connectTls({ host, port, ...tls }) : connect({ host, port });
    line.setNoDelay(true);
    return new TcpBridge(await openDoor(), line, asTurn);
  }

  private constructor(door: Door, line: Line, framing: Framing) {
    this.#door = door;
    this.place = { ip: loopback, port: door.address().port };
    this.#line = line;
    this.#framing = framing;
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
    this.#line.write(this.#framing.frame(packet));
  }

  #fromServer(bytes: Buffer): void {
    let rest = this.#read.length === 0 ? bytes : Buffer.concat([this.#read, bytes]);
    try {
      for (let one = this.#framing.first(rest); one; one = this.#framing.first(rest)) {
        const packet = rest.subarray(one.from, one.to);
        if (this.#client) this.#door.send(packet, this.#client.port, loopback);
        rest = rest.subarray(one.end);
      }
    } catch {
      this.#end(); // Nobody knows where the next packet begins.
      return;
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

async function openDoor(): Promise<Door> {
  const door = createSocket('udp4');
  door.bind(0, loopback);
  await once(door, 'listening');
  return door;
}
