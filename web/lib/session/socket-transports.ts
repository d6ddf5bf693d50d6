/**
 * Which transport the socket uses: WebSocket, or HTTP requests (long polling) where a proxy lets no WebSocket
 * through. What is known of the network is kept for as long as the page is.
 */
export type SocketTransport = 'websocket' | 'polling';

/** Long enough for the round trips of TCP, TLS and HTTP on a poor link, ms. */
const timeouts = { first: 3000, later: 6000 };
/** A WebSocket that ends sooner than this after it opened may have been cut by a proxy, ms. */
const shortLived = 15_000;
/** From this many in a row on, cuts are no accident. */
const cutsInARow = 2;
/** After this a WebSocket that was cut is tried again, ms: proxies are mended, and laptops move. */
const cutForgotten = 600_000;

export class SocketTransports {
  #failures = 0;
  /** Whether an attempt by WebSocket failed where one by requests then succeeded. */
  #blocked = false;
  #cuts = 0;
  #cutAt = 0;
  #openedAt = 0;
  #opened: SocketTransport | undefined;

  /**
   * What to try now, the first of them first; the socket changes to a WebSocket by itself when both are
   * there and one gets through.
   * @param now ms
   */
  next(now: number): SocketTransport[] {
    if (this.#cuts >= cutsInARow && now - this.#cutAt < cutForgotten) return ['polling'];
    const requestsFirst = this.#failures % 2 === (this.#blocked ? 0 : 1);
    return requestsFirst ? ['polling', 'websocket'] : ['websocket', 'polling'];
  }

  /** How long an attempt may take, ms. */
  get timeout(): number {
    return this.#failures < 2 ? timeouts.first : timeouts.later;
  }

  /** Call when an attempt has failed. */
  failed(): void {
    this.#failures += 1;
  }

  /** Call when the socket is open, or has changed over to a WebSocket. */
  opened(transport: SocketTransport, now: number): void {
    if (transport === 'websocket') this.#blocked = false;
    else if (this.#failures > 0) this.#blocked = true;
    this.#failures = 0;
    this.#opened = transport;
    this.#openedAt = now;
  }

  /** Call when the network has cut the socket that was open. */
  lost(now: number): void {
    if (this.#opened === 'websocket') {
      this.#cuts = now - this.#openedAt < shortLived ? this.#cuts + 1 : 0;
      this.#cutAt = now;
    }
    this.#opened = undefined;
  }
}
