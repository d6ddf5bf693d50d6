/**
 * How fast a camera is listened to. One that sends as fast as it is heard would take the processor from all others, and
 * memory for what is not yet whole: what is more waits at the camera, by TCP's own means.
 */

/** More than cameras send, also in JPEG; bit/s. */
const mostRate = 160_000_000;
/** So much may come at once, bytes: the largest picture, and some more. */
const mostAtOnce = 16 * 2 ** 20;
/** What waits is looked at again after so long, ms. */
const pause = 20;

export interface Pausable {
  pause(): unknown;
  resume(): unknown;
}

export class Intake {
  readonly #socket: Pausable;
  #room = mostAtOnce;
  #filledAt = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Pausable) {
    this.#socket = socket;
  }

  /** So many bytes have come. */
  came(bytes: number): void {
    this.#room -= bytes;
    if (this.#room > 0 || this.#timer) return;
    this.#fill();
    if (this.#room > 0) return;
    this.#socket.pause();
    this.#timer = setTimeout(this.#goOn, pause);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #goOn = (): void => {
    this.#timer = undefined;
    this.#fill();
    if (this.#room > 0) this.#socket.resume();
    else this.#timer = setTimeout(this.#goOn, pause);
  };

  #fill(): void {
    const now = performance.now();
    this.#room = Math.min(mostAtOnce, this.#room + ((now - this.#filledAt) * mostRate) / 8000);
    this.#filledAt = now;
  }
}
