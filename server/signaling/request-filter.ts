/**
 * Checks each request of the sockets' transport before anything else looks at it: each poll, each POST, each
 * upgrade to a WebSocket, not only the one that opens a socket.
 */
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { addressKey } from '../access/address-key.ts';
import type { Gate } from '../access/caller.ts';
import { credentialsOf, isSignIn } from '../access/cookie.ts';
import type { Origins } from '../access/origin.ts';
import { RefusedError, type ErrorCode } from '../contract/errors.ts';
import { Budget } from '../limits/budget.ts';
import { tooMany, type Excess } from '../limits/excess.ts';

const minute = 60_000; // ms
const statusOf: Partial<Record<ErrorCode, number>> = { forbidden: 403, throttled: 429 };

export interface RequestFilterParts {
  readonly gate: Gate;
  readonly origins: Origins;
  readonly excess: Excess;
  /** Sockets that one address may open in a minute. */
  readonly handshakes: number;
  /** Whether an address has as many sockets open as it may. @param name its `addressKey` */
  readonly isFull: (name: string) => boolean;
  readonly addressOf: (request: IncomingMessage) => string;
  /** The request that opened a socket which is open now, by the socket's id. */
  readonly opening: (id: string) => IncomingMessage | undefined;
}

/** engine.io's middleware; the answer to an upgrade is written on the connection itself. */
type Answer = ServerResponse | { readonly socket: Duplex };

export class RequestFilter {
  readonly #parts: RequestFilterParts;
  readonly #handshakes: Budget;

  constructor(parts: RequestFilterParts) {
    this.#parts = parts;
    this.#handshakes = new Budget(parts.handshakes, minute);
  }

  guard(request: IncomingMessage, answer: Answer, next: () => void): void {
    const { gate } = this.#parts;
    if (gate.open) return this.#admit(request, answer, next);
    // Nobody else listens to the connection meanwhile.
    const lost = (): void => void answer.socket?.destroy();
    answer.socket?.on('error', lost);
    gate
      .lookAgain()
      .then(
        () => this.#admit(request, answer, next),
        (error: unknown) => refuse(answer, refusalOf(error)),
      )
      .finally(() => answer.socket?.off('error', lost));
  }

  #admit(request: IncomingMessage, answer: Answer, next: () => void): void {
    try {
      this.#check(request);
    } catch (error) {
      return refuse(answer, refusalOf(error));
    }
    if (answer instanceof ServerResponse) {
      answer.setHeader('X-Content-Type-Options', 'nosniff');
      answer.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    }
    next();
  }

  #check(request: IncomingMessage): void {
    const { gate, origins, opening } = this.#parts;
    if (!gate.open) throw new RefusedError('forbidden', 'This server is not set up yet.');
    origins.demandOwn(request);
    if (request.method !== 'GET' && request.method !== 'POST') {
      throw new RefusedError('invalid-request', 'A socket is asked for by GET and POST.');
    }
    const query = new URL(request.url ?? '', 'http://own.invalid').searchParams;
    // Any page could read an answer that is a script.
    if (query.has('j')) throw new RefusedError('invalid-request', 'JSONP is not spoken here.');
    const id = query.get('sid');
    if (id === null) return this.#open(request);
    const opened = opening(id);
    if (!opened || credential(opened) !== credential(request)) {
      throw new RefusedError('not-found', 'There is no such socket of yours; open another.');
    }
  }

  #open(request: IncomingMessage): void {
    const { addressOf, isFull, excess } = this.#parts;
    const address = addressOf(request);
    const name = addressKey(address);
    if (!this.#handshakes.take(name)) {
      excess.report('handshakes', { address });
      throw tooMany('connections from this address', this.#handshakes.wait(name));
    }
    if (isFull(name)) {
      excess.report('sockets', { address });
      throw new RefusedError('throttled', 'This address has too many connections open already.');
    }
  }
}

/** What identifies the sender of a request. A socket belongs to its opener, to its end. */
function credential({ headers }: IncomingMessage): string {
  const { key, cookies = {} } = credentialsOf(headers);
  if (key !== undefined) return `key ${key}`;
  const signIns = Object.entries(cookies).filter(([name]) => isSignIn(name));
  return `cookies ${signIns.map((pair) => pair.join('=')).join(' ')}`;
}

/** @throws what is no refusal */
function refusalOf(error: unknown): RefusedError {
  if (error instanceof RefusedError) return error;
  throw error;
}

/** In the form of engine.io's own refusals, which its clients read. */
function refuse(answer: Answer, { code, message }: RefusedError): void {
  const status = statusOf[code] ?? 400;
  const body = JSON.stringify({ code: status, message: `${code}: ${message}` });
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': `${Buffer.byteLength(body)}`,
    'Cache-Control': 'no-store',
    Connection: 'close',
  };
  if (answer instanceof ServerResponse) {
    answer.writeHead(status, headers).end(body);
    return;
  }
  const { socket } = answer;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.once('error', () => socket.destroy()); // It may be gone already.
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join('\r\n')}\r\n\r\n${body}`, () =>
    socket.destroy(),
  );
}
