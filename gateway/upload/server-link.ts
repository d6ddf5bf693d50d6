/**
 * The way to the server: one connection, on which each camera has a namespace of its own and speaks for itself as a
 * camera's page does.
 */
import { randomBytes } from 'node:crypto';
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
import type { CameraRequestName, Done } from '../../server/contract/steering.ts';
import type { NodeId } from '../../server/contract/node.ts';
import { Moving } from './moving.ts';
import type { ServerSettings } from './server-settings.ts';

const answerTimeout = 8000; // ms
/** A server that is there answers within this, over any network that pictures come over, ms. */
const soon = 1500;
/** As camera pages come back: the first time after 75 to 225 ms. */
const pace = { first: 150, longest: 1000, chance: 0.5 };
/** The server refused the socket for now, or closed it: socket.io does not try again by itself then, ms. */
const pauses = { refused: 5000, closed: 500 };

/** What the server asks of a camera, each to be answered. */
type Asked = {
  [N in CameraRequestName]?: (request: unknown, answer: (done: Done) => void) => void;
};

export interface CameraListener extends Partial<ServerToClientEvents>, Asked {
  /** It can be spoken to; told each time. */
  up(): void;
  down(): void;
  /** The server lets it in no more, or not now. */
  refused(fault: RequestFault): void;
}

/** One camera's part of it. */
export interface CameraLink {
  readonly up: boolean;
  /**
   * @throws RefusedError with the contract's code; `unavailable` when no answer came in 8 s. Where it names another node,
   * and no camera has a place at this one, the connection goes there.
   */
  request<E extends ClientEventName>(event: E, request: Request<E>): Promise<Response<E>>;
  /** Whether the server answers anything at all within a moment. */
  answers(transportId: string): Promise<boolean>;
  /** The network has taken the connection away, though it has not said so. */
  reopen(): void;
  close(): void;
}

export class ServerLink {
  readonly #manager: Manager;
  readonly #moving: Moving;
  readonly #cameras = new Set<SocketLink>();
  /** Where a camera was sent that has no place. */
  #sentTo: NodeId | undefined;

  constructor(settings: ServerSettings) {
    const { url, key, ca, agent } = settings;
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
    this.#moving = new Moving(this.#manager, settings, pace.first);
  }

  /** Speaks as a camera of this name, for as long as it is not closed. */
  camera(name: GatewayName, listener: CameraListener): CameraLink {
    const link = new SocketLink(this.#open(cameraNamespace(name)), listener, {
      judged: (node) => this.#judged(node),
      reopen: () => this.#moving.reopen(),
      closed: () => void this.#cameras.delete(link),
    });
    this.#cameras.add(link);
    return link;
  }

  /** Speaks for the gateway itself. */
  gateway(): Socket {
    return this.#open(gatewayNamespace);
  }

  close(): void {
    this.#moving.close();
  }

  #open(namespace: string): Socket {
    const session = randomBytes(24).toString('base64url');
    const socket = this.#manager.socket(namespace, { auth: { session, list: { count: 0 } } });
    socket.on('server:draining', ({ node }: { node?: NodeId }) => this.#moving.draining(node));
    return socket.connect();
  }

  /** A camera has a place or was refused one. @param node where it was sent */
  #judged(node: NodeId | undefined): void {
    this.#sentTo = node ?? this.#sentTo;
    const cameras = [...this.#cameras];
    if (cameras.some(({ place }) => place === 'asked')) return;
    const isServed = cameras.some(({ place }) => place === 'given');
    if (!isServed) this.#moving.refused(this.#sentTo);
    this.#sentTo = undefined;
  }
}

interface LinkParts {
  readonly judged: (node: NodeId | undefined) => void;
  readonly reopen: () => void;
  readonly closed: () => void;
}

class SocketLink implements CameraLink {
  /** What became of its claim at this server. */
  place: 'none' | 'asked' | 'given' = 'none';
  readonly #socket: Socket;
  readonly #parts: LinkParts;
  #again: NodeJS.Timeout | undefined;

  constructor(socket: Socket, { up, down, refused, ...told }: CameraListener, parts: LinkParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.on('connect', up);
    socket.on('disconnect', (reason) => {
      this.place = 'none';
      down();
      if (reason === 'io server disconnect') this.#connectIn(pauses.closed);
    });
    socket.on('session:ended', () => (this.place = 'none'));
    socket.on('connect_error', (error) => {
      if (socket.active) return;
      const fault = faultOf(error);
      refused(fault);
      this.#parts.judged(fault.node);
      this.#connectIn(pauses.refused);
    });
    for (const [event, tell] of Object.entries(told)) socket.on(event, tell);
  }

  get up(): boolean {
    return this.#socket.connected;
  }

  async request<E extends ClientEventName>(event: E, request: Request<E>): Promise<Response<E>> {
    if (event === 'claim') this.place = 'asked';
    let answer: Acknowledgement<E>;
    try {
      answer = (await this.#socket
        .timeout(answerTimeout)
        .emitWithAck(event, request)) as Acknowledgement<E>;
    } catch {
      if (event === 'claim') this.#judge('none');
      throw new RefusedError('unavailable', 'The server does not answer.');
    }
    if (event === 'leave') this.place = 'none';
    if (event === 'claim') {
      if (answer.ok) this.#judge('given');
      else this.#judge('none', answer.error.node);
    }
    if (answer.ok) return answer;
    throw RefusedError.of(answer.error);
  }

  answers(transportId: string): Promise<boolean> {
    if (!this.up) return Promise.resolve(false);
    return this.#socket
      .timeout(soon)
      .emitWithAck('transport:check', { transportId })
      .then(
        () => true, // A refusal is an answer too; what is to be done about it shows in the next step.
        () => false,
      );
  }

  reopen(): void {
    this.#parts.reopen();
  }

  close(): void {
    clearTimeout(this.#again);
    // Another camera of this name gets the same socket of the manager: it is not to speak to this one.
    this.#socket.off();
    this.#socket.disconnect();
    this.#parts.closed();
  }

  #judge(place: 'none' | 'given', node?: NodeId): void {
    this.place = place;
    this.#parts.judged(node);
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
