/** One browser tab, as long as it takes part: it outlives a lost socket, and a reload of its page. */
import { randomBytes } from 'node:crypto';
import type { RtpCapabilities } from '../contract/media.ts';
import type { Notice, ServerEventName } from '../contract/events.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { MediaConsumer, MediaProducer, MediaTransport } from '../media/transport.ts';
import type { ClientSocket } from './socket.ts';

export interface Watching {
  readonly role: 'operator';
  readonly zone: ZoneId;
  readonly since: number;
}

export interface Filming {
  readonly role: 'camera';
  readonly zone: ZoneId;
  readonly since: number;
  readonly producers: Map<string, MediaProducer>;
  /** When the last packet came, or the zone was claimed; ms since the epoch. */
  lastPacket: number;
  receivedBytes: number;
}

export class Session {
  /** The secret that the tab proves itself with; never logged. */
  readonly id: string;
  /** A name for logs. */
  readonly peer = randomBytes(4).toString('hex');
  socket: ClientSocket | undefined;
  /** What this session does now. */
  part: Watching | Filming | undefined;
  transport: MediaTransport | undefined;
  rtpCapabilities: RtpCapabilities | undefined;
  /** By producer id: a session never needs two consumers of one producer. */
  readonly consumers = new Map<string, MediaConsumer>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(id: string) {
    this.id = id;
  }

  /** Runs tasks of this session one after another, so that no two events interleave. */
  enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {}); // The caller handles it; the next task must run anyway.
    return result;
  }

  notify<E extends ServerEventName>(event: E, notice: Notice<E>): void {
    // The map of events is checked here, by E; socket.io's own types cannot follow the generic.
    (this.socket as unknown as { emit(event: string, notice: unknown): void } | undefined)?.emit(
      event,
      notice,
    );
  }

  closeTransport(): void {
    this.consumers.clear();
    this.transport?.close();
    this.transport = undefined;
  }
}
