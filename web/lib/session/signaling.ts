/** The typed socket to the server. */
import { io, type Socket } from 'socket.io-client';
import { RefusedError, RequestFault } from '../../../server/contract/errors.ts';
import type {
  Acknowledgement,
  ClientEventName,
  ClientToServerEvents,
  Request,
  Response,
  ServerToClientEvents,
} from '../../../server/contract/events.ts';
import type { NodeId } from '../../../server/contract/node.ts';
import { addressOf } from '../../../server/contract/route.ts';
import { healthRoutes } from '../../../server/contract/routes.ts';
import { texts } from '../text/texts.ts';
import { paces, type Pace } from './coming-back.ts';
import { NodeChoice } from '../../../server/contract/node-choice.ts';
import { SocketTransports, type SocketTransport } from './socket-transports.ts';

const answerTimeout = 8000; // ms
/**
 * For each HTTP request in place of a WebSocket, ms. The server answers within 5 s; dead requests would use up
 * the six connections that a browser opens to one server.
 */
const requestTimeout = 10_000;
const lookForServer = 1000; // ms between two looks for the server that takes over
/** Of those who are told at one moment to go to another node, each goes within so long, ms. */
const departure = 500;
/** Ends of the socket that neither side asked for (engine.io). */
const lostByNetwork = ['transport close', 'transport error', 'ping timeout'];

export type SignalingSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

export class Signaling {
  readonly socket: SignalingSocket;
  /** The same socket, for event names in a variable, which socket.io's types do not allow. */
  readonly #anyEvent: Socket;
  /** The tab's secret, with which the next socket is opened. */
  session: Promise<string>;
  /** The zones that the page's list shows, as each new socket says at once. */
  listed: Request<'zones:list'> | undefined;
  /** What this page is called, where it is a screen, as each new socket says at once. */
  screen: Request<'screen:announce'> | undefined;
  readonly #transports = new SocketTransports();
  readonly #nodes = new NodeChoice();
  #pace: Pace = paces.operator;
  /** The socket is closed by this page, to open another. */
  #reopening = false;

  constructor(session: Promise<string>) {
    this.session = session;
    this.#anyEvent = io({
      auth: (tell) =>
        void this.session.then((session) =>
          tell({
            session,
            ...(this.listed ? { list: this.listed } : {}),
            ...(this.screen ? { screen: this.screen } : {}),
          }),
        ),
      autoConnect: false,
      requestTimeout,
    });
    this.socket = this.#anyEvent;
    this.socket.on('server:draining', ({ node }) => void this.#moveOn(node));
    this.socket.on('connect_error', (error) => {
      const { data } = RequestFault.safeParse((error as { data?: unknown }).data);
      if (data) this.#isSent(data.node);
    });
    this.pace = paces.operator;
    this.#chooseWay();
  }

  /** How soon it opens another socket after one is lost. */
  set pace(pace: Pace) {
    this.#pace = pace;
    const { io: manager } = this.socket;
    manager.reconnectionDelay(pace.first);
    manager.reconnectionDelayMax(pace.longest);
    manager.randomizationFactor(pace.chance);
  }

  /**
   * Asks the server and waits for its answer.
   * @throws RefusedError with the contract's code; `unavailable` when no answer came in 8 s. Where it names another
   * node, the next socket is opened there.
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
    if (answer.ok) return answer;
    if (this.#isSent(answer.error.node)) this.reopen();
    const { code, message } = answer.error;
    throw RefusedError.of({ ...answer.error, message: texts.refusals.told(code, message) });
  }

  /** Calls each handler for its server message, until the signal is aborted. */
  hear(told: Partial<ServerToClientEvents>, signal: AbortSignal): void {
    for (const [event, tell] of Object.entries(told)) {
      this.#anyEvent.on(event, tell);
      signal.addEventListener('abort', () => this.#anyEvent.off(event, tell));
    }
  }

  /** Whether the next socket asks for a node that was named. */
  get goesElsewhere(): boolean {
    return this.#nodes.chosen;
  }

  /** Opens another socket at once, in place of one that the network has taken away or left for dead. */
  reopen(): void {
    const { socket } = this;
    if (!socket.active) return;
    if (!socket.connected) return void socket.disconnect().connect();
    socket.io.reconnectionDelay(0);
    socket.io.once('reconnect_attempt', () => socket.io.reconnectionDelay(this.#pace.first));
    this.#reopening = true;
    socket.io.engine.transport.close();
  }

  /** Told of a node to go to. @returns whether the next socket asks for it */
  #isSent(node: NodeId | undefined): boolean {
    if (!this.#nodes.name(node, performance.now())) return false;
    this.#choose();
    return true;
  }

  /** Sets what the next attempt to connect is to try. */
  #choose(): void {
    const { io: manager } = this.socket;
    manager.opts.transports = this.#transports.next(performance.now());
    manager.timeout(this.#transports.timeout);
    manager.opts.query = this.#nodes.query;
  }

  /** Lets each attempt to connect try what the ones before have taught. */
  #chooseWay(): void {
    const { io: manager } = this.socket;
    const choose = (): void => this.#choose();
    const opened = (transport: string): void => {
      this.#transports.opened(transport as SocketTransport, performance.now());
      choose();
    };
    manager.on('error', () => {
      if (manager.engine.readyState !== 'open') this.#transports.failed();
      this.#nodes.used();
      choose();
    });
    manager.on('open', () => {
      const { engine } = manager;
      this.#nodes.used();
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
   * Goes to the node that is named; else stays until another server takes sessions on this origin, and comes back there.
   * The socket is cut and not closed: so the media of the old server goes on until that of the new one is there.
   */
  async #moveOn(node: NodeId | undefined): Promise<void> {
    const { id } = this.socket;
    if (this.#isSent(node)) {
      await pause(Math.random() * departure);
      if (this.socket.id === id) this.reopen();
      return;
    }
    while (this.socket.connected && this.socket.id === id) {
      const taken = await fetch(addressOf(healthRoutes.ready), { cache: 'no-store' }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (taken) {
        this.socket.io.engine.close();
        return;
      }
      await pause(lookForServer);
    }
  }
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
