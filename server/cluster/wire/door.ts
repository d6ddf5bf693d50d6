/** Where other nodes reach this one: takes those that know the secret, answers what they ask, and has their channels. */
import { once } from 'node:events';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import { messageOf, RefusedError } from '../../contract/errors.ts';
import { logSparingly } from '../../limits/sparing-log.ts';
import { StartupError } from '../../startup-error.ts';
import { Channels, type Channel } from './channel.ts';
import { Connection } from './connection.ts';
import { Asking, longestFrame, type Answering } from './frames.ts';
import { serverProof } from './secret.ts';

/** Who one is, and of which run. */
export interface NodeName {
  readonly node: string;
  readonly boot: string;
  readonly version: string;
}

/** Answers what a node asks, not parsed yet, or refuses with a RefusedError. */
export type Answerer = (about: unknown, from: NodeName) => Promise<unknown>;
/** Takes a channel that another node has opened; closes it at once where it does not want it. */
export type ChannelTaker = (about: unknown, from: NodeName, channel: Channel) => void;

/** What this node does for others, by kind. */
export interface Services {
  readonly answers: ReadonlyMap<string, Answerer>;
  readonly channels: ReadonlyMap<string, ChannelTaker>;
}

export interface DoorParts {
  readonly self: NodeName;
  readonly secret: string;
  /** ms */
  readonly lease: number;
  readonly services: Services;
  /** Told of what a node says and this one does not understand. */
  readonly onUnknown: () => void;
  readonly log: Logger;
}

/** Nodes, and a few strangers who are about to be turned away. */
const mostConnections = 1000;
/** What a frame has around an answer, bytes at most. */
const frameAround = 1000;
/** Of one node at once: one for each of its zones that is watched there, and some. */
const mostChannels = 10_000;

export class Door {
  readonly #parts: DoorParts;
  readonly #server: Server;
  readonly #guests = new Set<Connection<Asking, Answering>>();

  private constructor(parts: DoorParts, server: Server) {
    this.#parts = parts;
    this.#server = server;
    server.on('secureConnection', (socket) => this.#enter(socket));
    server.on('tlsClientError', (error, { remoteAddress }) => {
      const fields = { address: remoteAddress, reason: error.message };
      logSparingly(parts.log, 'warn', fields, 'a stranger at the port for nodes');
    });
  }

  /** @throws StartupError when the port cannot be had */
  static async open(port: number, parts: DoorParts): Promise<Door> {
    const server = createServer({ ...serverProof(parts.secret), handshakeTimeout: parts.lease });
    server.maxConnections = mostConnections;
    server.listen(port);
    try {
      await once(server, 'listening');
    } catch (error) {
      const reason = messageOf(error);
      throw new StartupError(
        `The port of the setting cluster.address cannot be listened on: ${reason}.`,
      );
    }
    return new Door(parts, server);
  }

  close(): void {
    this.#server.close();
    for (const guest of this.#guests) guest.close();
  }

  #enter(socket: TLSSocket): void {
    const { self, lease, services, onUnknown, log } = this.#parts;
    const connection = new Connection<Asking, Answering>(socket, Asking, lease);
    const channels = new Channels((frame) => connection.send(frame), onUnknown);
    connection.onUnknown = onUnknown;
    let from: NodeName | undefined;
    this.#guests.add(connection);
    connection.onClosed = (reason) => {
      this.#guests.delete(connection);
      channels.end();
      if (from) log.info({ node: from.node, reason }, 'a node has gone from here');
    };
    connection.onFrame = (frame) => {
      if (frame.type === 'hello') {
        from = frame;
        return connection.send({ type: 'hello', ...self });
      }
      if (!from) return connection.close('it did not say who it is');
      switch (frame.type) {
        case 'ping':
          return connection.send({ type: 'pong' });
        case 'ask':
          return void this.#answer(connection, frame, from);
        case 'say':
        case 'shut':
          return channels.take(frame);
        case 'open': {
          const { channel: number, kind, about } = frame;
          const take = services.channels.get(kind);
          if (!take) onUnknown();
          if (!take || channels.has(number) || channels.size >= mostChannels) {
            return connection.send({ type: 'shut', channel: number });
          }
          return take(about, from, channels.add(number));
        }
      }
    };
  }

  async #answer(
    connection: Connection<Asking, Answering>,
    { id, kind, about }: Extract<Asking, { type: 'ask' }>,
    from: NodeName,
  ): Promise<void> {
    const { services, onUnknown, log } = this.#parts;
    try {
      const answerer = services.answers.get(kind);
      if (!answerer) {
        onUnknown();
        throw new RefusedError('unavailable', `${kind} is not known at this node.`);
      }
      connection.send({ type: 'answer', id, answer: fitting(await answerer(about, from), kind) });
    } catch (error) {
      const refused = error instanceof RefusedError ? error : undefined;
      if (!refused)
        logSparingly(log, 'error', { err: error, kind }, 'a node could not be answered');
      const { code, message } = refused ?? {
        code: 'internal' as const,
        message: 'It failed at this.',
      };
      connection.send({ type: 'refusal', id, code, message });
    }
  }
}

/** @throws RefusedError for an answer that would end the connection */
function fitting(answer: unknown, kind: string): unknown {
  if (Buffer.byteLength(JSON.stringify(answer) ?? '') < longestFrame - frameAround) return answer;
  throw new RefusedError('unavailable', `The answer to ${kind} is too long.`);
}
