/**
 * The way to the server: one connection, on which each camera has a namespace of its own and speaks for itself as a
 * camera's page does.
 */
import { randomBytes } from 'node:crypto';
import type { Agent } from 'node:https';
import { Manager, type Socket } from 'socket.io-client';
import { RefusedError, RequestFault, ErrorCode } from '../../server/contract/errors.ts';
import type {
  Acknowledgement,
  ClientEventName,
  Request,
  Response,
  ServerToClientEvents,
} from '../../server/contract/events.ts';
import {
  cameraNamespace,
  gatewayNamespace,
  type GatewayName,
} from '../../server/contract/gateway.ts';

const answerTimeout = 8000; // ms
/** As camera pages come back: the first time after 75 to 225 ms. */
const pace = { first: 150, longest: 1000, chance: 0.5 };
/** The server refused the socket for now, or closed it: socket.io does not try again by itself then, ms. */
const pauses = { refused: 5000, closed: 500 };

export interface ServerSettings {
  readonly url: string;
  /** A key that may film. */
  readonly key?: string | undefined;
  /** Certificates of authorities that are trusted in place of the usual ones, PEM. */
  readonly ca?: string | undefined;
  /** Opens the connection, where trust takes more than that. */
  readonly agent?: Agent | undefined;
}

export interface CameraListener extends Partial<ServerToClientEvents> {
  /** It can be spoken to; told each time. */
  up(): void;
  down(): void;
  /** The server lets it in no more, or not now. */
  refused(fault: RequestFault): void;
}

/** One camera's part of it. */
export interface CameraLink {
  readonly up: boolean;
  /** @throws RefusedError with the contract's code; `unavailable` when no answer came in 8 s */
  request<E extends ClientEventName>(event: E, request: Request<E>): Promise<Response<E>>;
  close(): void;
}

export class ServerLink {
  readonly #manager: Manager;

  constructor({ url, key, ca, agent }: ServerSettings) {
    this.#manager = new Manager(url, {
      transports: ['websocket'],
      autoConnect: false,
      reconnectionDelay: pace.first,
      reconnectionDelayMax: pace.longest,
      randomizationFactor: pace.chance,
      ...(key === undefined ? {} : { extraHeaders: { Authorization: `Bearer ${key}` } }),
      ...(ca === undefined ? {} : { ca }),
      // What it says of the type is of browsers; in Node it takes an agent.
      ...(agent === undefined ? {} : { agent: agent as unknown as string }),
    });
  }

  /** Speaks as a camera of this name, for as long as it is not closed. */
  camera(name: GatewayName, listener: CameraListener): CameraLink {
    return new SocketLink(this.#open(cameraNamespace(name)), listener);
  }

  /** Speaks for the gateway itself. */
  gateway(): Socket {
    return this.#open(gatewayNamespace);
  }

  #open(namespace: string): Socket {
    const session = randomBytes(24).toString('base64url');
    return this.#manager.socket(namespace, { auth: { session, list: { count: 0 } } }).connect();
  }
}

class SocketLink implements CameraLink {
  readonly #socket: Socket;
  #again: NodeJS.Timeout | undefined;

  constructor(socket: Socket, { up, down, refused, ...told }: CameraListener) {
    this.#socket = socket;
    socket.on('connect', up);
    socket.on('disconnect', (reason) => {
      down();
      if (reason === 'io server disconnect') this.#connectIn(pauses.closed);
    });
    socket.on('connect_error', (error) => {
      if (socket.active) return;
      refused(faultOf(error));
      this.#connectIn(pauses.refused);
    });
    for (const [event, tell] of Object.entries(told)) socket.on(event, tell);
  }

  get up(): boolean {
    return this.#socket.connected;
  }

  async request<E extends ClientEventName>(event: E, request: Request<E>): Promise<Response<E>> {
    let answer: Acknowledgement<E>;
    try {
      answer = (await this.#socket
        .timeout(answerTimeout)
        .emitWithAck(event, request)) as Acknowledgement<E>;
    } catch {
      throw new RefusedError('unavailable', 'The server does not answer.');
    }
    if (answer.ok) return answer;
    throw RefusedError.of(answer.error);
  }

  close(): void {
    clearTimeout(this.#again);
    // Another camera of this name gets the same socket of the manager: it is not to speak to this one.
    this.#socket.off();
    this.#socket.disconnect();
  }

  #connectIn(delay: number): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#socket.connect(), delay);
  }
}

/** What a middleware of the server's says, `code: sentence`. */
function faultOf(error: Error): RequestFault {
  const { data } = RequestFault.safeParse((error as { data?: unknown }).data);
  if (data) return data;
  const [, word, message = error.message] = /^([a-z-]+): (.+)$/s.exec(error.message) ?? [];
  const { data: code = 'unavailable' } = ErrorCode.safeParse(word);
  return { code, message };
}
