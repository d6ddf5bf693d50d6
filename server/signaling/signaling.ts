/** The server of sockets: who gets one, and whose session it then speaks for. */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Socket as Engine } from 'engine.io';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import { cameBy } from '../access/came-by.ts';
import { cookie, nodeCookie } from '../access/cookie.ts';
import type { Settings } from '../config.ts';
import { RefusedError, type RequestFault } from '../contract/errors.ts';
import { Handshake } from '../contract/events.ts';
import { gatewayNamespace, isCameraNamespace } from '../contract/gateway.ts';
import type { NodeId } from '../contract/node.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import { Admission } from './admission.ts';
import { openGatewaySpace, type GatewayDesk } from './gateway-space.ts';
import { Sessions, type SessionsParts, type Visitor } from './sessions.ts';
import { sessionSocket, type ClientSocket, type SignalingServer } from './socket.ts';

/** A socket that does not say who it is for so long is closed, ms. */
const signInTime = 10_000;
/** Room for a 1 MB message to be parsed and refused politely; anything larger ends the socket. */
const largestMessage = 1_500_000; // bytes

/** As socket.io tells it to the client: `message`, and `data` with the whole of it. */
function refusal({ code, message, fault }: RefusedError): Error & { data: RequestFault } {
  return Object.assign(new Error(`${code}: ${message}`), { data: fault });
}

/** Each poll has to come to the node that answered the first one; a WebSocket is there anyway. */
function bindPolling(engine: SignalingServer['engine'], node: NodeId): void {
  engine.on('initial_headers', (headers: Record<string, string>, request: IncomingMessage) => {
    const { searchParams } = new URL(request.url ?? '', 'http://own.invalid');
    if (searchParams.get('transport') === 'polling')
      headers['Set-Cookie'] = cookie(nodeCookie, node);
  });
}

export class Signaling {
  readonly sessions: Sessions;
  readonly #io: SignalingServer;
  readonly #admission: Admission;
  readonly #desk: GatewayDesk;
  readonly #log: Logger;
  /** This one's name among several; undefined where it is alone. */
  readonly #node: NodeId | undefined;
  #attached = false;

  constructor(settings: Settings, parts: SessionsParts, desk: GatewayDesk) {
    const { gate, excess, log } = parts;
    this.#desk = desk;
    this.#log = log;
    this.sessions = new Sessions(settings, parts);
    const { redis_url, node } = settings.cluster;
    this.#node = redis_url === '' ? undefined : node;
    this.#admission = new Admission(settings, gate, excess, log, this.sessions.connections);
    this.#io = new Server({
      maxHttpBufferSize: largestMessage,
      pingInterval: 5000,
      pingTimeout: 5000,
      serveClient: false,
      connectTimeout: signInTime,
      cleanupEmptyChildNamespaces: true,
    });
    const admit = this.#admit();
    this.#io.use(admit).on('connection', (socket) => this.#pageConnected(socket));
    this.#io
      .of(gatewayNamespace)
      .use(admit)
      .on('connection', (socket) => this.#greet(socket));
    this.#io
      .of((name, _auth, next) => next(null, isCameraNamespace(name)))
      .use(admit)
      .on('connection', (socket) => this.#cameraConnected(socket));
  }

  /** Takes sockets from now on; the server's other listeners must be there already. */
  attach(http: HttpServer): void {
    this.#io.attach(http);
    this.#attached = true;
    const { engine } = this.#io;
    const filter = this.#admission.requestFilter();
    engine.use(filter.guard.bind(filter));
    if (this.#node !== undefined) bindPolling(engine, this.#node);
    engine.prependListener('connection', (socket: Engine) => this.#admission.enter(socket));
  }

  /** Tells every client that the server goes down, and closes their sockets and media. */
  async close(): Promise<void> {
    this.sessions.close();
    if (this.#attached) await this.#io.close();
  }

  #admit() {
    return (socket: ClientSocket, next: (error?: Error) => void): void => {
      this.#admission.admit(socket).then(
        (caller) => {
          socket.data.caller = caller;
          next();
        },
        (error: unknown) => {
          if (error instanceof RefusedError) return next(refusal(error));
          logSparingly(this.#log, 'error', { err: error }, 'a socket could not be admitted');
          next(new Error('internal: The server failed at this; its log says why.'));
        },
      );
    };
  }

  #pageConnected(socket: ClientSocket): void {
    this.sessions.opened(sessionSocket(socket, true), this.#visitorOf(socket));
  }

  /** One of a gateway's. */
  #cameraConnected(socket: ClientSocket): void {
    const shared = this.#admission.connectionOf(socket);
    socket.on('disconnect', () => shared.leave(socket.nsp.name));
    this.sessions.opened(sessionSocket(socket, false), { ...this.#visitorOf(socket), shared });
  }

  /** A gateway itself. */
  #greet(socket: ClientSocket): void {
    const { sessions } = this;
    openGatewaySpace(socket, this.#admission.connectionOf(socket), {
      ...{ desk: this.#desk, log: this.#log },
      guard: (id, whose, sever) => sessions.guard(id, whose, sever),
      forget: (id) => sessions.forgetSocket(id),
    });
  }

  #visitorOf(socket: ClientSocket): Visitor {
    const { session: secret, list, screen } = Handshake.parse(socket.handshake.auth);
    return {
      ...{ secret, list, screen, caller: socket.data.caller },
      address: this.#admission.connectionOf(socket).parts.address,
      via: cameBy(socket.request),
    };
  }
}
