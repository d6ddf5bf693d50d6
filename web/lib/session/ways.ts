/**
 * How the socket goes to the server: by WebSocket, or by HTTP requests (long polling) where a proxy between
 * lets no WebSocket through. What is known of the way is kept for as long as the page is.
 */
export type Way = 'websocket' | 'polling';

/** Long enough for the round trips of TCP, TLS and HTTP on a poor link, ms. */
const patience = { first: 3000, later: 6000 };
/** A WebSocket that ends sooner than this after it opened may have been cut by a proxy, ms. */
const shortLived = 15_000;
/** So many of them in a row were no accident. */
const cutsInARow = 2;
/** After this a way that was cut is tried again, ms: proxies are mended, and laptops move. */
const cutForgotten = 600_000;

export class Ways {
  #failures = 0;
  /** Whether an attempt by WebSocket failed where one by requests then succeeded. */
  #blocked = false;
  #cuts = 0;
  #cutAt = 0;
  #openedAt = 0;
  #opened: Way | undefined;

  /**
   * What to try now, the first of them first; the socket changes to a WebSocket by itself when both are
   * there and one gets through.
   * @param now ms
   */
  next(now: number): Way[] {
    if (this.#cuts >= cutsInARow && now - this.#cutAt < cutForgotten) return ['polling'];
    const requestsFirst = this.#failures % 2 === (this.#blocked ? 0 : 1);
    return requestsFirst ? ['polling', 'websocket'] : ['websocket', 'polling'];
  }

  /** How long to wait for it, ms. */
  get patience(): number {
    return this.#failures < 2 ? patience.first : patience.later;
  }

  /** The attempt came to nothing. */
  failed(): void {
    this.#failures += 1;
  }

  /** The socket is open, or has changed over to a WebSocket. */
  opened(way: Way, now: number): void {
    if (way === 'websocket') this.#blocked = false;
    else if (this.#failures > 0) this.#blocked = true;
    this.#failures = 0;
    this.#opened = way;
    this.#openedAt = now;
  }

  /** The network took away the socket that was open. */
  lost(now: number): void {
    if (this.#opened === 'websocket') {
      this.#cuts = now - this.#openedAt < shortLived ? this.#cuts + 1 : 0;
      this.#cutAt = now;
    }
    this.#opened = undefined;
  }
}
