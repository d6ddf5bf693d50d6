/** What two ends say to each other about one matter, over the connection of their nodes. */
import type { ChannelFrame } from './frames.ts';

/** Carries messages in order, each of them whole. */
export class Channel {
  /** Told of what comes: not parsed, and of a node that may be of another version. */
  onMessage: (message: unknown) => void = () => {};
  /** Told once when the other end has closed it, or is gone. */
  onClosed: () => void = () => {};
  readonly #send: (message: unknown) => void;
  readonly #shut: () => void;
  #closed = false;

  constructor(send: (message: unknown) => void, shut: () => void) {
    this.#send = send;
    this.#shut = shut;
  }

  send(message: unknown): void {
    if (!this.#closed) this.#send(message);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#shut();
  }

  /** Told of what has come over the connection. */
  heard(message: unknown): void {
    if (!this.#closed) this.onMessage(message);
  }

  /** Told that the other end has closed it, or is gone. */
  ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.onClosed();
  }
}

/** The channels of one connection, by number. */
export class Channels {
  readonly #send: (frame: ChannelFrame) => void;
  readonly #open = new Map<number, Channel>();

  constructor(send: (frame: ChannelFrame) => void) {
    this.#send = send;
  }

  get size(): number {
    return this.#open.size;
  }

  has(number: number): boolean {
    return this.#open.has(number);
  }

  add(number: number): Channel {
    const channel = new Channel(
      (message) => this.#send({ type: 'say', channel: number, message }),
      () => {
        this.#open.delete(number);
        this.#send({ type: 'shut', channel: number });
      },
    );
    this.#open.set(number, channel);
    return channel;
  }

  /** Told of what has come over the connection. */
  take(frame: ChannelFrame): void {
    const channel = this.#open.get(frame.channel);
    if (frame.type === 'say') return channel?.heard(frame.message);
    this.#open.delete(frame.channel);
    channel?.ended();
  }

  /** Told that the connection has gone. */
  end(): void {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const channel of all) channel.ended();
  }
}
