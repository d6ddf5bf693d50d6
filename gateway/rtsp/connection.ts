/** A connection to a camera: requests and their answers, and the media that comes between them. */
import type { Socket } from 'node:net';
import { deadlines } from './deadlines.ts';
import { dial, fingerprintOf, type Destination } from './dial.ts';
import { Intake } from './intake.ts';
import type { Answer, Asked } from './message.ts';
import { Reader } from './reader.ts';
import { SourceTrouble } from './trouble.ts';

const agent = 'smart-city-gateway';
/** A camera that asks and does not listen is left; bytes. */
const mostUnsent = 64 * 1024;

export interface ConnectionEvents {
  media(channel: number, data: Buffer): void;
  asked(asked: Asked): void;
  /** Once, unless it was closed from here. */
  broken(trouble: unknown): void;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
  timer: NodeJS.Timeout;
}

/** @throws SourceTrouble */
export async function openConnection(
  destination: Destination,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> {
  return new Connection(await dial(destination, signal), events);
}

export class Connection {
  readonly #socket: Socket;
  readonly #intake: Intake;
  readonly #events: ConnectionEvents;
  readonly #waiting = new Map<number, Waiting>();
  #sequence = 0;
  #trouble: unknown;
  #isClosed = false;
  #hasHeard = false;

  constructor(socket: Socket, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#intake = new Intake(socket);
    const reader = new Reader({
      answer: (answer) => this.#answer(answer),
      asked: (asked) => events.asked(asked),
      media: (channel, data) => events.media(channel, data),
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#hasHeard = true;
      this.#intake.came(chunk.length);
      try {
        if (!this.#isClosed) reader.read(chunk);
      } catch (error) {
        this.#break(error);
      }
    });
    socket.on('error', (error: Error & { code?: string }) => {
      this.#break(new SourceTrouble('closed', error.code ?? error.message));
    });
    socket.on('close', () => this.#break(new SourceTrouble('closed', 'the camera has closed it')));
  }

  /** Of this end. */
  get localAddress(): string {
    return this.#socket.localAddress ?? '';
  }

  /** SHA-256 of the camera's certificate; undefined without TLS. */
  get certificate(): string | undefined {
    return fingerprintOf(this.#socket);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * @param deadline ms
   * @throws SourceTrouble where no whole answer comes
   */
  ask(
    method: string,
    url: string,
    headers: Readonly<Record<string, string | undefined>>,
    deadline: number = deadlines.answer,
  ): Promise<Answer> {
    if (this.#isClosed) return Promise.reject(this.#trouble as Error);
    this.#sequence += 1;
    const sequence = this.#sequence;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#miss(sequence, method, deadline), deadline);
      this.#waiting.set(sequence, { resolve, reject, timer });
      const fields = Object.entries(headers)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}: ${value}\r\n`);
      this.#socket.write(
        `${method} ${url} RTSP/1.0\r\nCSeq: ${sequence}\r\nUser-Agent: ${agent}\r\n${fields.join('')}\r\n`,
      );
    });
  }

  /** Answers what the camera has asked. */
  reply(asked: Asked, status: string): void {
    const sequence = /^\d{1,10}$/.exec(asked.headers.get('CSeq') ?? '')?.[0] ?? '0';
    this.#write(`RTSP/1.0 ${status}\r\nCSeq: ${sequence}\r\n\r\n`);
  }

  /** Media, or reports on it, for the camera. */
  send(channel: number, data: Buffer): void {
    const head = Buffer.from([0x24, channel, data.length >> 8, data.length & 0xff]);
    this.#write(Buffer.concat([head, data]));
  }

  close(): void {
    this.#end(new SourceTrouble('closed', 'not wanted any more'));
  }

  #write(data: Buffer | string): void {
    if (this.#isClosed) return;
    if (this.#socket.writableLength > mostUnsent) {
      this.#break(new SourceTrouble('closed', 'it does not take what is sent'));
    } else this.#socket.write(data);
  }

  #answer(answer: Answer): void {
    const said = Number(answer.headers.get('CSeq'));
    // Some cameras answer without the number; they answer one after the other.
    const oldest = this.#waiting.keys().next().value;
    const sequence = this.#waiting.has(said) ? said : oldest;
    if (sequence === undefined || said < sequence) return; // It comes too late.
    const waiting = this.#waiting.get(sequence);
    this.#waiting.delete(sequence);
    clearTimeout(waiting?.timer);
    waiting?.resolve(answer);
  }

  #miss(sequence: number, method: string, deadline: number): void {
    const waiting = this.#waiting.get(sequence);
    this.#waiting.delete(sequence);
    const code = this.#hasHeard ? 'not-rtsp' : 'unreachable';
    waiting?.reject(new SourceTrouble(code, `no answer to ${method} in ${deadline / 1000} s`));
  }

  #break(trouble: unknown): void {
    if (this.#isClosed) return;
    this.#end(trouble);
    this.#events.broken(trouble);
  }

  #end(trouble: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#trouble = trouble;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(trouble);
    }
    this.#waiting.clear();
    this.#intake.close();
    this.#socket.destroy();
  }
}
