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

const answerTimeout = 8000; // ms
const lookForServer = 1000; // ms between two looks for the server that takes over

export type Connection = Socket<ServerToClientEvents, ClientToServerEvents>;

export class Signaling {
  readonly socket: Connection;

  constructor(session: string) {
    this.socket = io({
      auth: { session },
      transports: ['websocket', 'polling'],
      autoConnect: false,
      reconnectionDelay: 300,
      reconnectionDelayMax: 2000,
      randomizationFactor: 0.5,
    });
    this.socket.on('server:draining', () => void this.#moveOn());
  }

  /**
   * Asks the server and waits for its answer.
   * @throws RefusedError with the contract's code; `unavailable` when no answer came in 8 s
   */
  async request<E extends ClientEventName>(event: E, request: Request<E>): Promise<Response<E>> {
    const emit = this.socket.timeout(answerTimeout).emitWithAck as unknown as (
      event: string,
      request: unknown,
    ) => Promise<Acknowledgement<E>>;
    let answer: Acknowledgement<E>;
    try {
      answer = await emit.call(this.socket.timeout(answerTimeout), event, request);
    } catch {
      throw new RefusedError('unavailable', 'The server did not answer in time.');
    }
    if (!answer.ok) throw new RefusedError(answer.error.code, answer.error.message);
    return answer;
  }

  /**
   * Stays until another server takes sessions on this origin, then comes back there. The socket is cut
   * and not closed: so the media of the old server goes on until that of the new one is there.
   */
  async #moveOn(): Promise<void> {
    const { id } = this.socket;
    while (this.socket.connected && this.socket.id === id) {
      const taken = await fetch('/readyz', { cache: 'no-store' }).then(
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
