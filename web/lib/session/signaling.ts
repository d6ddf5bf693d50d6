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
}
