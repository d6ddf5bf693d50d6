/** One browser tab, as long as it takes part: it outlives a lost socket, and a reload of its page. */
import { randomBytes } from 'node:crypto';
import { addressKey } from '../access/address-key.ts';
import type { Caller } from '../access/caller.ts';
import type { Cadence } from '../contract/cadence.ts';
import type { CameraTiming } from '../contract/latency.ts';
import type { Account } from '../limits/account.ts';
import type { RtpCapabilities } from '../contract/media.ts';
import type { Notice, ServerEventName } from '../contract/events.ts';
import type { FeedRefusal } from '../contract/feed.ts';
import type { Tile } from '../contract/tile.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { MediaConsumer } from '../media/consumer.ts';
import type { MediaProducer } from '../media/producer.ts';
import type { MediaTransport } from '../media/transport.ts';
import type { Demand } from '../zones/demand.ts';
import type { BitRateCheck } from '../zones/bit-rate-check.ts';
import type { ClientSocket } from './socket.ts';

export interface Watching {
  readonly since: number;
  /** How this session shows the zone now. */
  tile: Tile;
  /** When the age of its picture was last counted; ms since the epoch. */
  latencyCounted: number;
}

export interface Filming {
  readonly zone: ZoneId;
  /** Whether it burns privacy masks in. */
  canMask: boolean;
  /** Until when it has to claim again, since its masks have changed; ms since the epoch. */
  masksDue: number | undefined;
  readonly since: number;
  readonly producers: Map<string, MediaProducer>;
  /** What the camera is asked to send; while it sends video. */
  demand: Demand | undefined;
  /** When media came, as far as it was due. */
  readonly media: Cadence;
  /** When anything came at all; ms since the epoch. */
  lastSign: number;
  /** When the server last looked what had come. */
  lastLook: number;
  received: { media: number; any: number };
  /** What is judged of that, against the most that it was told, bit/s, and since when, ms of `performance.now()`. */
  rateCheck: BitRateCheck;
  most: number;
  judgedFrom: number;
  /** What it measures of the time that its pictures take, and when it told that; ms since the epoch. */
  timing: (CameraTiming & { readonly at: number }) | undefined;
  /** How long its media worker takes until it has its turn, mean of the last seconds, ms. */
  turn: number | undefined;
}

let made = 0;

export class Session {
  /** Later sessions have higher ones. */
  readonly order = (made += 1);
  /** The secret that the tab proves itself with, and whose it is; never logged. */
  readonly id: string;
  /** Who acts in it. */
  caller: Caller;
  /** A name for logs. */
  readonly peer = randomBytes(4).toString('hex');
  socket: ClientSocket | undefined;
  /** Where its client is, as far as trusted proxies tell. */
  address = '';
  /** The address of this machine that it came by; unknown behind a proxy. */
  via: string | undefined;
  /** To whom it is put down what it costs; as long as the session lives. */
  account: Account = { name: '', shared: false };
  /** A session films one zone, or watches some, or does neither yet. */
  filming: Filming | undefined;
  readonly watching = new Map<ZoneId, Watching>();
  transport: MediaTransport | undefined;
  rtpCapabilities: RtpCapabilities | undefined;
  /** By producer id: a session never needs two consumers of one producer. */
  readonly consumers = new Map<string, MediaConsumer>();
  /** By producer id: what it was told that it cannot have. */
  readonly refused = new Map<string, FeedRefusal>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(id: string, caller: Caller) {
    this.id = id;
    this.caller = caller;
  }

  /** Whom a TURN server counts its relays by: a client with many sessions is one. */
  get relayHolder(): string {
    const { via, principal } = this.caller;
    return via.kind === 'open' ? addressKey(this.address) : principal.id;
  }

  takesPartIn(zone: ZoneId): boolean {
    return this.filming?.zone === zone || this.watching.has(zone);
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
    this.refused.clear();
    this.transport?.close();
    this.transport = undefined;
  }
}
