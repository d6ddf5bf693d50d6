/** The edge of socket.io: parses what comes in, answers every event, lets nothing through unchecked. */
import type { Logger } from 'pino';
import type { Server, Socket } from 'socket.io';
import type { Caller } from '../access/caller.ts';
import type { z } from 'zod';
import { RefusedError, type ErrorCode, type RequestFault } from '../contract/errors.ts';
import type {
  ClientEventName,
  ClientToServerEvents,
  ServerMessage,
  Parsed,
  Response,
  ServerEventName,
  ServerToClientEvents,
} from '../contract/events.ts';
import { parse } from '../contract/parse.ts';
import { logSparingly } from '../limits/sparing-log.ts';

type NoEvents = Record<string, never>;
interface SocketData {
  caller: Caller;
}
export type SignalingServer = Server<
  ClientToServerEvents,
  ServerToClientEvents,
  NoEvents,
  SocketData
>;
export type ClientSocket = Socket<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;

/** What a session needs of its socket. */
export interface SessionSocket {
  readonly id: string;
  readonly connected: boolean;
  emit<E extends ServerEventName>(event: E, notice: ServerMessage<E>): unknown;
  on(event: 'disconnect', listener: (reason: string) => void): unknown;
  onAny(listener: (event: string, ...args: unknown[]) => void): unknown;
  /** Asks the client. @param longest ms; rejected when no answer has come then */
  ask(event: string, request: unknown, longest: number): Promise<unknown>;
  /** Ends it; a page's connection with it, and what else comes over a gateway's not. */
  end(): unknown;
  /** Ends its connection, and all that comes over it. */
  sever(): unknown;
}

/** @param alone whether nothing else comes over its connection */
export function sessionSocket(socket: ClientSocket, alone: boolean): ClientSocket & SessionSocket {
  return Object.assign(socket, {
    ask: (event: string, request: unknown, longest: number): Promise<unknown> => {
      const anyEvent = socket.timeout(longest) as unknown as {
        emitWithAck(event: string, request: unknown): Promise<unknown>;
      };
      return anyEvent.emitWithAck(event, request);
    },
    end: () => socket.disconnect(alone),
    sever: () => socket.disconnect(true),
  });
}

/** What the server does for each event; it throws RefusedError to refuse. */
export type Handlers = {
  [E in ClientEventName]: (request: Parsed<E>) => Promise<Response<E>>;
};

type Answer = { readonly ok: true } | { readonly ok: false; readonly error: RequestFault };

/** What may be said, by the name of the event, and what answers it. */
type Contract = Readonly<Record<string, { readonly request: z.ZodType }>>;
export type HandlersOf<C extends Contract> = {
  readonly [E in keyof C]: (request: z.output<C[E]['request']>) => Promise<object>;
};

export interface Guard {
  /** Asked before an event is looked at; throws RefusedError to refuse it. */
  admit(event: string): void;
  /** Told the code of each refusal. */
  denied(code: ErrorCode): void;
}

/** Binds the handlers to a socket. A message without an acknowledgement callback is only a fault. */
export function answerEvents<C extends Contract>(
  socket: SessionSocket,
  contract: C,
  handlers: HandlersOf<C>,
  log: Logger,
  guard: Guard,
): void {
  socket.onAny((event: string, ...args: unknown[]) => {
    if (!socket.connected) return; // What came in one go with the message that closed it.
    const ack = args.at(-1);
    if (typeof ack !== 'function') return guard.denied('invalid-request');
    const payload = args.length > 1 ? args[0] : undefined;
    void answer(contract, handlers, event, payload, guard, log).then((reply) => {
      if (!reply.ok) guard.denied(reply.error.code);
      (ack as (reply: Answer) => void)(reply);
    });
  });
}

async function answer<C extends Contract>(
  contract: C,
  handlers: HandlersOf<C>,
  event: string,
  payload: unknown,
  guard: Guard,
  log: Logger,
): Promise<Answer> {
  try {
    guard.admit(event);
    const said = Object.hasOwn(contract, event) ? contract[event] : undefined;
    if (!said) {
      throw new RefusedError('unknown-event', `There is no event "${event.slice(0, 64)}".`);
    }
    const request = parse(said.request, payload, 'message', `${event}: `);
    const handle = handlers[event] as (request: unknown) => Promise<object>;
    return { ok: true, ...(await handle(request)) };
  } catch (error) {
    if (error instanceof RefusedError) return { ok: false, error: error.fault };
    const fields = { err: error, event: event.slice(0, 64) };
    logSparingly(log, 'error', fields, 'an event could not be handled');
    return {
      ok: false,
      error: { code: 'internal', message: 'The server failed at this; its log says why.' },
    };
  }
}
