/** The typed socket to the server. */
import { io, type Socket } from 'socket.io-client';
import { RefusedError } from '../../../server/contract/errors.ts';
import type {
  Acknowledgement,
  ClientEventName,
  ClientToServerEvents,
  Request,
  Response,
  ServerToClientEvents,
} from '../../../server/contract/events.ts';
import { addressOf } from '../../../server/contract/route.ts';
import { healthRoutes } from '../../../server/contract/routes.ts';
import { texts } from '../text/texts.ts';
import { SocketTransports, type SocketTransport } from './socket-transports.ts';

const answerTimeout = 8000; // ms
const reconnectionDelay = 300; // ms
/**
 * For each HTTP request in place of a WebSocket, ms. The server answers within 5 s; dead requests would use up
 * the six connections that a browser opens to one server.
 */
const requestTimeout = 10_000;
const lookForServer = 1000; // ms between two looks for the server that takes over
/** Ends of the socket that neither side asked for (engine.io). */
const lostByNetwork = ['transport close', 'transport error', 'ping timeout'];

export type SignalingSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

export class Signaling {
  readonly socket: SignalingSocket;
  /** The same socket, for event names in a variable, which socket.io's types do not allow. */
  readonly #anyEvent: Socket;
  /** The tab's secret, with which the next socket is opened. */
  session: Promise<string>;
  readonly #transports = new SocketTransports();
  /** The socket is closed by this page, to open another. */
  #reopening = false;

  constructor(session: Promise<string>) {
    this.session = session;
    this.#anyEvent = io({
      auth: (tell) => void this.session.then((session) => tell({ session })),
      autoConnect: false,
      requestTimeout,
      reconnectionDelay,
      reconnectionDelayMax: 2000,
      randomizationFactor: 0.5,
    });
    this.socket = this.#anyEvent;
    this.socket.on('server:draining', () => void this.#moveOn());
    this.#chooseWay();
  }

  /**
   * Asks the server and waits for its answer.
   * @throws RefusedError with the contract's code; `unavailable` when no answer came in 8 s
   */
  async request<E extends ClientEventName>(event: E, request: Request<E>): Promise<Response<E>> {
    let answer: Acknowledgement<E>;
    try {
      answer = (await this.#anyEvent
        .timeout(answerTimeout)
        .emitWithAck(event, request)) as Acknowledgement<E>;
    } catch {
      throw new RefusedError('unavailable', texts.session.noAnswer);
    }
    if (!answer.ok) throw new RefusedError(answer.error.code, answer.error.message);
    return answer;
  }

  /** Calls each handler for its server message, until the signal is aborted. */
  hear(told: Partial<ServerToClientEvents>, signal: AbortSignal): void {
    for (const [event, tell] of Object.entries(told)) {
      this.#anyEvent.on(event, tell);
      signal.addEventListener('abort', () => this.#anyEvent.off(event, tell));
    }
  }

  /** Opens another socket at once, in place of one that the network has taken away or left for dead. */
  reopen(): void {
    const { socket } = this;
    if (!socket.active) return;
    if (!socket.connected) return void socket.disconnect().connect();
    socket.io.reconnectionDelay(0);
    socket.io.once('reconnect_attempt', () => socket.io.reconnectionDelay(reconnectionDelay));
    this.#reopening = true;
    socket.io.engine.transport.close();
  }

  /** Sets what the next attempt to connect is to try, and learns from each. */
  #chooseWay(): void {
    const { io: manager } = this.socket;
    const choose = (): void => {
      manager.opts.transports = this.#transports.next(performance.now());
      manager.timeout(this.#transports.timeout);
    };
    const opened = (transport: string): void => {
      this.#transports.opened(transport as SocketTransport, performance.now());
      choose();
    };
    manager.on('error', () => {
      if (manager.engine.readyState !== 'open') this.#transports.failed();
      choose();
    });
    manager.on('open', () => {
      const { engine } = manager;
      opened(engine.transport.name);
      engine.on('upgrade', ({ name }) => opened(name));
    });
    manager.on('close', (reason) => {
      if (lostByNetwork.includes(reason) && !this.#reopening)
        this.#transports.lost(performance.now());
      this.#reopening = false;
      choose();
    });
    choose();
  }

  /**
   * Stays until another server takes sessions on this origin, then comes back there. The socket is cut
   * and not closed: so the media of the old server goes on until that of the new one is there.
   */
  async #moveOn(): Promise<void> {
    const { id } = this.socket;
    while (this.socket.connected && this.socket.id === id) {
      const taken = await fetch(addressOf(healthRoutes.ready), { cache: 'no-store' }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (taken) {
        this.socket.io.engine.close();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, lookForServer));
    }
  }
}
