/**
 * Whether the way of one transport still carries packets. Nothing says so when it stops: a firewall that forgets a
 * connection, or an address that changes, only makes silence. The server tells of what is sent ten times a second.
 */
import { SilenceDetector } from '../../server/contract/silence-detector.ts';

/**
 * A way is borne silent for so long at least, ms. Pages are less patient: here another transport costs the viewers the
 * wait for a key picture that cannot be asked for, and a narrow uplink loses all packets of one camera for a second. The
 * server's receiver reports come at least each 1.5 s.
 */
const least = 2000;

export interface PathCheckEvents {
  /** Whether the server answers over the other way, the connection. */
  answers(): Promise<boolean>;
  /** It does, so the way of the media is broken. */
  lost(): void;
  /** It does not, so the network that both took is gone. */
  cutOff(): void;
}

export class PathCheck {
  /** Nothing came of it any more, and the server could not be asked. */
  gone = false;
  readonly #events: PathCheckEvents;
  readonly #silence = new SilenceDetector();
  #last: number | undefined;
  /** What was sent by the look that found the last sign. */
  #heard: { readonly last: number; readonly sent: number } | undefined;
  /** The last sign before a silence that is too long for what is usual. */
  #suspect: number | undefined;
  #isAsking = false;
  #closed = false;

  constructor(events: PathCheckEvents) {
    this.#events = events;
  }

  /** Something came. @param now ms */
  came(now: number): void {
    this.#last = now;
    this.gone = false;
  }

  /** @param now ms @param sent packets so far */
  look(now: number, sent: number): void {
    const last = this.#last;
    if (last === undefined) return;
    if (this.#heard?.last !== last) this.#heard = { last, sent };
    const due = sent > this.#heard.sent;
    if (this.#silence.look({ now, last, due }) === 'silent') this.#suspect = last;
    if (this.#suspect !== last || now - last < least) return;
    this.#suspect = undefined;
    void this.examine();
  }

  /** Finds out at once what the silence is, as also where the ICE library has its doubts. */
  async examine(): Promise<void> {
    if (this.#isAsking || this.#closed) return;
    this.#isAsking = true;
    const last = this.#last;
    const answers = await this.#events.answers();
    this.#isAsking = false;
    if (this.#closed || last !== this.#last) return;
    if (answers) return this.#events.lost();
    this.gone = true;
    this.#events.cutOff();
  }

  close(): void {
    this.#closed = true;
  }
}
