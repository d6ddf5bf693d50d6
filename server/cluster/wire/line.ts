/** The way to one other node: asks it, and opens channels to it. */
import { connect } from 'node:tls';
import { RefusedError } from '../../contract/errors.ts';
import { Channels, type Channel } from './channel.ts';
import { Connection } from './connection.ts';
import type { NodeName } from './door.ts';
import { Answering, type Asking } from './frames.ts';
import type { NodeRecord } from '../directory/nodes.ts';
import { clientProof } from './secret.ts';

export interface LineParts {
  readonly self: NodeName;
  readonly secret: string;
  /** ms */
  readonly lease: number;
  /** Told of what the other node says and this one does not understand. */
  readonly onUnknown: () => void;
}

interface Question {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly deadline: NodeJS.Timeout;
}

export class Line {
  /** Told once. */
  onClosed: () => void = () => {};
  readonly #name: string;
  readonly #connection: Connection<Answering, Asking>;
  readonly #questions = new Map<number, Question>();
  readonly #channels: Channels;
  readonly #pings: NodeJS.Timeout;
  readonly #longest: number;
  #numbers = 0;

  private constructor(
    name: string,
    connection: Connection<Answering, Asking>,
    { lease, onUnknown }: LineParts,
  ) {
    this.#name = name;
    this.#connection = connection;
    this.#channels = new Channels((frame) => connection.send(frame), onUnknown);
    this.#longest = lease;
    this.#pings = setInterval(() => connection.send({ type: 'ping' }), lease / 3);
    connection.onFrame = (frame) => this.#take(frame);
    connection.onClosed = (reason) => {
      clearInterval(this.#pings);
      // First, since those that are told next may ask anew at once, which goes over another line.
      this.onClosed();
      for (const { reject, deadline } of this.#questions.values()) {
        clearTimeout(deadline);
        reject(gone(name, reason));
      }
      this.#questions.clear();
      this.#channels.end();
    };
  }

  /** @throws RefusedError `unavailable` when that node, in that run, cannot be reached within a lease */
  static async to(record: NodeRecord, parts: LineParts): Promise<Line> {
    const { self, secret, lease, onUnknown } = parts;
    const { name, boot, address } = record;
    const socket = connect({ ...address, ...clientProof(secret) });
    const connection = new Connection<Answering, Asking>(socket, Answering, lease);
    connection.onUnknown = onUnknown;
    const hello = await new Promise<NodeName>((resolve, reject) => {
      connection.onClosed = (reason) => reject(gone(name, reason));
      connection.onFrame = (frame) => {
        if (frame.type === 'hello') resolve(frame);
      };
      socket.once('secureConnect', () => connection.send({ type: 'hello', ...self }));
    });
    if (hello.boot === boot) return new Line(name, connection, parts);
    connection.close();
    throw gone(name, `${hello.node} answers there, of another run`);
  }

  get closed(): boolean {
    return this.#connection.closed;
  }

  /**
   * @param longest how long to wait for the answer, ms; a lease if not said
   * @throws RefusedError what the other node refuses with; `unavailable` when it does not answer in time
   */
  ask(kind: string, about: unknown, longest = this.#longest): Promise<unknown> {
    const id = (this.#numbers += 1);
    if (this.closed) return Promise.reject(gone(this.#name, 'it was closed'));
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        this.#questions.delete(id);
        reject(gone(this.#name, `no answer in ${longest} ms`));
      }, longest);
      this.#questions.set(id, { resolve, reject, deadline });
      this.#connection.send({ type: 'ask', id, kind, about });
    });
  }

  /** @throws RefusedError `unavailable` when it was closed */
  open(kind: string, about: unknown): Channel {
    if (this.closed) throw gone(this.#name, 'it was closed');
    const number = (this.#numbers += 1);
    const channel = this.#channels.add(number);
    this.#connection.send({ type: 'open', channel: number, kind, about });
    return channel;
  }

  close(): void {
    this.#connection.close();
  }

  #take(frame: Answering): void {
    switch (frame.type) {
      case 'answer':
      case 'refusal': {
        const question = this.#questions.get(frame.id);
        if (!question) return;
        this.#questions.delete(frame.id);
        clearTimeout(question.deadline);
        if (frame.type === 'answer') question.resolve(frame.answer);
        else question.reject(new RefusedError(frame.code, frame.message));
        return;
      }
      case 'say':
      case 'shut':
        return this.#channels.take(frame);
      default: // hello, pong: that it lives.
    }
  }
}

function gone(name: string, reason: string): RefusedError {
  return new RefusedError('unavailable', `The node ${name} cannot be reached (${reason}).`);
}
