/**
 * Limits what a socket may send, whatever it means: counted before it is parsed, and the socket is closed at the
 * first excess. Below that, in Limits, a client that only asks too much is told so in words.
 */
import type { EventEmitter } from 'node:events';
import type { Socket as Engine } from 'engine.io';
import type { Settings } from '../config.ts';
import { camerasNamespace, mostCameras } from '../contract/gateway.ts';
import { Budget } from '../limits/budget.ts';
import type { Limit } from '../limits/excess.ts';

const period = 10_000; // ms
/** A probe, the sign-in, signs of life; nothing else is said before a socket is let in. */
const packetsBeforeAdmission = 20;
/** The cameras of a gateway greet all at once. */
const cameraGreeting = Buffer.from(`40${camerasNamespace}`);
/** Packets are told apart by it in the body of a POST (engine.io protocol, revision 4). */
const separator = '\x1e';
/** A message as large as a WebSocket may carry is refused politely there; a body holds many. */
const largestBody = 300_000; // bytes
/** Most that may wait to be sent; above it the client is taken to have stopped reading. */
const largestBacklog = { bytes: 2_000_000, packets: 1000 };

/** How long the client may take to close its side, ms. */
const closeTimeout = 1000;

/** engine.io's transports, as far as they are used here: `ws` by WebSocket, and bodies by polling. */
interface Carrier {
  readonly name: string;
  maxHttpBufferSize?: number;
  onData(data: string): void;
  readonly socket?: EventEmitter & { readonly bufferedAmount: number; terminate(): void };
}

export interface SocketLimits {
  readonly packets: number;
  readonly bytes: number;
}

export function socketLimits(settings: Settings['limits']): SocketLimits {
  // Twice what is refused politely, since other packets come in between.
  return { packets: 2 * settings.messages_per_socket, bytes: settings.bytes_per_socket };
}

export class SocketQuota {
  readonly #engine: Engine;
  readonly #packets: Budget;
  readonly #bytes: Budget;
  readonly #most: SocketLimits;
  readonly #charge: (bytes: number) => boolean;
  readonly #exceeded: (limit: Limit) => void;
  #admitted = false;
  #before = 0;
  #camerasBefore = 0;
  #shares = 1;
  #over = false;
  /** Emitted, and not handed to the transport yet. */
  #waiting = { packets: 0, bytes: 0 };

  /**
   * @param charge charges bytes to their sender, and says whether it may send them
   * @param exceeded called once, when the socket is closed for it
   */
  constructor(
    engine: Engine,
    most: SocketLimits,
    charge: (bytes: number) => boolean,
    exceeded: (limit: Limit) => void,
  ) {
    this.#engine = engine;
    this.#most = most;
    this.#charge = charge;
    this.#exceeded = exceeded;
    this.#packets = new Budget(most.packets, period);
    this.#bytes = new Budget(most.bytes, period);
    this.#watch(this.#carrier);
    engine.on('upgrading', (carrier) => this.#watch(carrier as unknown as Carrier));
    engine.on('packetCreate', ({ data }: { data?: string }) => this.#told(data?.length ?? 0));
    engine.once('close', () => this.#closed());
    engine.on('flush', () => (this.#waiting = { packets: 0, bytes: 0 }));
  }

  /** It is known who speaks. */
  admit(): void {
    this.#admitted = true;
  }

  /** So many come over this socket, each of whom may send as much as one that is alone. */
  share(shares: number): void {
    this.#shares = Math.max(1, shares);
  }

  #watch(carrier: Carrier): void {
    if (carrier.socket) {
      carrier.socket.prependListener('message', (data: Buffer) =>
        this.#count(1, data.length, !this.#admitted && isCameraGreeting(data)),
      );
      return;
    }
    carrier.maxHttpBufferSize = largestBody;
    const parse = carrier.onData.bind(carrier);
    carrier.onData = (body) => {
      this.#count(packetsIn(body, this.#most.packets * this.#shares), body.length);
      if (!this.#over) parse(body);
    };
  }

  #count(packets: number, bytes: number, greets = false): void {
    if (this.#over) return;
    const shares = this.#shares;
    if (!this.#mayBegin(packets, greets) || !this.#mayPass(packets / shares)) {
      this.#close('packets');
    } else if (!this.#bytes.take('', bytes / shares) || !this.#charge(bytes)) this.#close('bytes');
  }

  #mayBegin(packets: number, greets: boolean): boolean {
    if (this.#admitted) return true;
    if (greets) return (this.#camerasBefore += packets) <= mostCameras;
    return (this.#before += packets) <= packetsBeforeAdmission;
  }

  #mayPass(packets: number): boolean {
    return packets <= this.#most.packets && this.#packets.take('', packets);
  }

  #told(bytes: number): void {
    this.#waiting.packets += 1;
    this.#waiting.bytes += bytes;
    const { socket } = this.#carrier;
    const unread = this.#waiting.bytes + (socket?.bufferedAmount ?? 0);
    const { packets, bytes: most } = largestBacklog;
    if (this.#waiting.packets > packets * this.#shares || unread > most * this.#shares) {
      this.#close('backlog');
    }
  }

  /** At once: no farewell is waited for, since what it goes on to send would be read until then. */
  #close(limit: Limit): void {
    if (this.#over) return;
    this.#over = true;
    const { socket } = this.#carrier;
    this.#exceeded(limit);
    this.#engine.close(true);
    socket?.terminate();
  }

  /** Whatever it was closed for: last words are sent, and the client's own farewell is not waited for. */
  #closed(): void {
    this.#over = true;
    const { socket } = this.#carrier;
    if (socket) setTimeout(() => socket.terminate(), closeTimeout).unref();
  }

  get #carrier(): Carrier {
    return this.#engine.transport as unknown as Carrier;
  }
}

/** @param data as `ws` gives it: text in a Buffer */
function isCameraGreeting(data: Buffer): boolean {
  return data.subarray(0, cameraGreeting.length).equals(cameraGreeting);
}

/** How many packets a body holds; counted up to a little beyond `most`. */
function packetsIn(body: string, most: number): number {
  let count = 1;
  for (let at = body.indexOf(separator); at !== -1; at = body.indexOf(separator, at + 1)) {
    count += 1;
    if (count > most) break;
  }
  return count;
}
