/** Watches one media transport, and finds out what happened to the network when it falls silent. */
import type { types } from 'mediasoup-client';
import type { Row } from '../figures/reduce.ts';
import { SilenceDetector } from '../../../server/contract/silence-detector.ts';
import type { Signaling } from './signaling.ts';

/** What a look at the statistics of a transport finds. */
interface Reading {
  /** ms */
  now: number;
  /** When a packet last came; ms. */
  last: number | undefined;
  /** Packets of media sent so far. */
  sent: number;
  /** ms */
  roundTrip: number;
}

/** Longest that the server may take to say that it is there, beyond some round trips, ms. */
const answerTime = 350;

export class TransportWatch {
  readonly #transport: types.Transport;
  readonly #signaling: Signaling;
  readonly #onBroken: () => void;
  readonly #silence = new SilenceDetector();
  /** Nothing comes, and the server cannot be asked why: the network of this transport is gone. */
  gone = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  /** The reading with which the last packet was found. */
  #heard: Reading | undefined;
  /** What the server says it has sent, asked when packets were late. */
  #asked: Promise<number | undefined> | undefined;

  /**
   * @param onBroken called when packets are lost on their way though the server can be reached: the transport
   *   needs a restart
   */
  constructor(transport: types.Transport, signaling: Signaling, onBroken: () => void) {
    this.#transport = transport;
    this.#signaling = signaling;
    this.#onBroken = onBroken;
    this.#lookAgain();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  /** Checks at once, as after the browser has called the connection lost. */
  async examine(): Promise<void> {
    const reading = await this.#read();
    if ((await this.#sentBy(reading)) === undefined || this.#ended) return;
    if ((await this.#read()).last === reading.last) this.#onBroken();
  }

  #lookAgain(): void {
    if (this.#ended) return;
    this.#timer = setTimeout(() => {
      this.#look()
        .catch(() => {}) // A transport may close while it is asked; then this ends too.
        .finally(() => this.#lookAgain());
    }, this.#silence.next);
  }

  async #look(): Promise<void> {
    const reading = await this.#read();
    if (reading.last !== this.#heard?.last) {
      this.#heard = reading;
      this.gone = false;
    }
    const due = !this.#sends || reading.sent > (this.#heard?.sent ?? 0);
    const verdict = this.#silence.look({ ...reading, due });
    if (verdict === 'well') this.#asked = undefined;
    if (verdict === 'late') this.#asked ??= this.#ask(reading);
    if (verdict === 'silent' && (await this.#isBroken(reading)) && !this.#ended) this.#onBroken();
  }

  get #sends(): boolean {
    return this.#transport.direction === 'send';
  }

  /** Whether the network is silent, and not the sender. */
  async #isBroken(reading: Reading): Promise<boolean> {
    const before = await this.#sentBy(reading);
    if (before === undefined || this.#sends) return before !== undefined;
    const now = await this.#sentBy(reading);
    return now !== undefined && now > before && (await this.#read()).last === reading.last;
  }

  /** What the server has sent; when it cannot be asked, the network is gone. */
  async #sentBy(reading: Reading): Promise<number | undefined> {
    const sent = await (this.#asked ?? this.#ask(reading));
    this.#asked = undefined;
    if (sent === undefined && !this.#ended) {
      this.gone = true;
      // The socket took the same way. A new one is there sooner than the old one is found dead.
      this.#signaling.reopen();
    }
    return sent;
  }

  /** Bytes of media that the server has sent; undefined when it does not answer. */
  async #ask({ roundTrip }: Reading): Promise<number | undefined> {
    const signaling = this.#signaling;
    if (!signaling.socket.connected) return undefined;
    const answer = signaling
      .request('transport:check', { transportId: this.#transport.id })
      .then(({ sent }) => sent)
      .catch(() => 0); // A refusal is an answer too; what is to be done about it shows in the next step.
    const tooLate = new Promise<undefined>((resolve) =>
      setTimeout(() => resolve(undefined), answerTime + 3 * roundTrip),
    );
    return Promise.race([answer, tooLate]);
  }

  async #read(): Promise<Reading> {
    const rows = [...(await this.#transport.getStats()).values()] as Row[];
    const pairs = rows.filter(({ type }) => type === 'candidate-pair');
    const numbers = (field: string, of: Row[]): number[] =>
      of.map((row) => row[field]).filter((value) => typeof value === 'number');
    const last = Math.max(...numbers('lastPacketReceivedTimestamp', pairs));
    const sent = numbers(
      'packetsSent',
      rows.filter(({ type }) => type === 'outbound-rtp'),
    );
    return {
      now: performance.timeOrigin + performance.now(),
      last: Number.isFinite(last) ? last : undefined,
      sent: sent.reduce((sum, packets) => sum + packets, 0),
      roundTrip: 1000 * Math.max(0, ...numbers('currentRoundTripTime', pairs)),
    };
  }
}
