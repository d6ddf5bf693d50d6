/** What two ends say to each other about one matter, over the connection of their nodes. */
import type { z } from 'zod';
import type { ChannelFrame } from './frames.ts';

/** What a channel goes over. */
export interface ChannelWay {
  readonly send: (message: unknown) => void;
  /** Tells the other end that it is closed. */
  readonly shut: () => void;
  /** Told of each message that is not understood. */
  readonly onUnknown: () => void;
}

/** How a channel has ended that was not closed here: the other end has closed it, or the connection is lost. */
export type ChannelEnd = 'shut' | 'lost';

/** Carries messages in order, each of them whole. */
export class Channel {
  /** Told once when it has ended otherwise than by `close()`. */
  onClosed: (end: ChannelEnd) => void = () => {};
  readonly #way: ChannelWay;
  #hear: (message: unknown) => void = () => {};
  #closed = false;

  constructor(way: ChannelWay) {
    this.#way = way;
  }

  /**
   * From now on what comes is taken so, as a schema reads it. What that does not know, as the other node may be of another
   * version, is passed over and counted.
   */
  hear<T>(messages: z.ZodType<T>, take: (message: T) => void): void {
    this.#hear = (message) => {
      const parsed = messages.safeParse(message);
      if (parsed.success) take(parsed.data);
      else this.#way.onUnknown();
    };
  }

  send(message: unknown): void {
    if (!this.#closed) this.#way.send(message);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#way.shut();
  }

  /** Told of what has come over the connection. */
  heard(message: unknown): void {
    if (!this.#closed) this.#hear(message);
  }

  /** Told that it has ended. */
  ended(end: ChannelEnd): void {
    if (this.#closed) return;
    this.#closed = true;
    this.onClosed(end);
  }
}

/** The channels of one connection, by number. */
export class Channels {
  readonly #send: (frame: ChannelFrame) => void;
  readonly #onUnknown: () => void;
  readonly #open = new Map<number, Channel>();

  /** @param onUnknown told of each message that is not understood */
  constructor(send: (frame: ChannelFrame) => void, onUnknown: () => void) {
    this.#send = send;
    this.#onUnknown = onUnknown;
  }

  get size(): number {
    return this.#open.size;
  }

  has(number: number): boolean {
    return this.#open.has(number);
  }

  add(number: number): Channel {
    const channel = new Channel({
      send: (message) => this.#send({ type: 'say', channel: number, message }),
      shut: () => {
        this.#open.delete(number);
        this.#send({ type: 'shut', channel: number });
      },
      onUnknown: this.#onUnknown,
    });
    this.#open.set(number, channel);
    return channel;
  }

  /** Told of what has come over the connection. */
  take(frame: ChannelFrame): void {
    const channel = this.#open.get(frame.channel);
    if (frame.type === 'say') return channel?.heard(frame.message);
    this.#open.delete(frame.channel);
    channel?.ended('shut');
  }

  /** Told that the connection has gone. */
  end(): void {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const channel of all) channel.ended('lost');
  }
}
