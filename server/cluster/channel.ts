/** What two ends say to each other about one matter, over the connection of their nodes. */

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
