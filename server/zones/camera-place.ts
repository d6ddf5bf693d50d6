/** The camera's place in a zone, for as long as one camera has it: what that sends, and when anything came of it. */
import { Cadence } from '../contract/cadence.ts';
import type { CameraTiming, ZoneTiming } from '../contract/latency.ts';
import type { CameraState } from '../contract/zone.ts';
import { BitRateCheck } from './bit-rate-check.ts';
import type { Camera, Ending, Received } from './camera.ts';
import { nextCameraState, type CameraEvent } from './camera-state.ts';
import { Demand } from './demand.ts';
import type { Producer } from './producer.ts';

/** ms */
export interface CameraTimes {
  /** From this silence on a camera of many frames a second counts as stalled. */
  readonly stalledAfter: number;
  /** How long a zone is held for a camera that sends nothing. */
  readonly claimTimeout: number;
  readonly warmUp: number;
  readonly linger: number;
}

/** How long a camera that cannot be told anything may be silent, ms: one that sends, and one that sleeps as told. */
const longestSilence = { sending: 1000, asleep: 10_000 };
/** A holder that has sent nothing for so long, when it was to send, gives its place over, ms. */
const silenceToYield = 1000;
/** How long a camera has to confirm new masks, ms. */
const confirmationTime = 4000;
/** Until a camera has come down to a new limit, ms. */
const settlingTime = 5000;
/** Older timing reports are ignored, ms; a sending camera reports every 2 s. */
const timingGoodFor = 6000;
/** What one look counts in the mean of the last seconds; there are four in each. */
const turnShare = 0.1;

/** What a look at the camera has found; undefined for nothing new. */
export type Finding =
  { readonly event: CameraEvent } | { readonly end: Ending | undefined } | undefined;

export class CameraPlace {
  readonly camera: Camera;
  /** Set once it is another's, or nobody's. */
  left = false;
  #state = nextCameraState('idle', 'claimed');
  readonly #zone: string;
  readonly #times: CameraTimes;
  readonly #feed = new Map<string, Producer>();
  /** What the camera is asked to send; while it sends video. */
  #demand: Demand | undefined;
  /** Until when its masks are to be confirmed, since they have changed; ms since the epoch. */
  #masksDue: number | undefined;
  /** Since when they are sure; ms, monotonic clock. */
  #maskedSince = performance.now();
  /** When media came, as far as it was due. */
  readonly #media = new Cadence(Date.now());
  /** When anything came at all, and when it was last looked for; ms since the epoch. */
  #lastSign = Date.now();
  #lastLook = Date.now();
  #received: Received = { media: 0, any: 0 };
  /** What is judged of that, against the most that it was told, bit/s, and since when; ms, monotonic clock. */
  #rate = new BitRateCheck(performance.now());
  #most = 0;
  #judgedFrom = 0;
  /** What it measures of the time that its pictures take, and when it told that; ms since the epoch. */
  #timing: (CameraTiming & { readonly at: number }) | undefined;
  /** How long it takes until the SFU has its turn, mean of the last seconds, ms. */
  #turn: number | undefined;

  constructor(zone: string, camera: Camera, times: CameraTimes) {
    this.#zone = zone;
    this.camera = camera;
    this.#times = times;
  }

  get state(): CameraState {
    return this.#state;
  }

  /** @returns whether that is a change */
  move(event: CameraEvent): boolean {
    const before = this.#state;
    this.#state = nextCameraState(before, event);
    return this.#state !== before;
  }

  /** What it sends now. */
  get feed(): Producer[] {
    return [...this.#feed.values()].filter(({ closed }) => !closed);
  }

  get video(): Producer | undefined {
    return this.feed.find(({ kind }) => kind === 'video');
  }

  get demand(): Demand | undefined {
    return this.#demand;
  }

  /** Whether nothing is to come, as it was told. */
  get asleep(): boolean {
    return !this.camera.cannotSleep && (this.#demand?.asleep ?? false);
  }

  /** @param frameRate as the camera says, frames/s */
  add(producer: Producer, frameRate: number | undefined): void {
    this.#feed.set(producer.id, producer);
    if (producer.kind !== 'video') return;
    this.#media.expect(frameRate);
    if (producer.keyWishes) producer.keyWishes.onWish = (layer) => this.camera.askForKey?.(layer);
    const unasked = this.camera.sendsUnasked ? producer.layers.count - 1 : null;
    this.#demand = new Demand(unasked, this.#times, (highest) => this.camera.sendUpTo(highest));
  }

  /** @returns what was sent under this id */
  take(producerId: string): Producer | undefined {
    const producer = this.#feed.get(producerId);
    this.#feed.delete(producerId);
    if (producer?.kind === 'video') {
      this.#demand?.close();
      this.#demand = undefined;
    }
    return producer;
  }

  get producerIds(): string[] {
    return [...this.#feed.keys()];
  }

  /** A new connection, of which nothing has come yet. @param most that it may send, bit/s */
  begin(most: number): void {
    this.#received = { media: 0, any: 0 };
    this.#rate = new BitRateCheck(performance.now());
    this.#most = most;
  }

  /** Its connection is gone: nothing is due. */
  rest(): void {
    this.#media.rest(Date.now());
  }

  awaitConfirmation(): void {
    this.#masksDue = Date.now() + confirmationTime;
  }

  /** Whether what it sends may lack masks that are wanted now. */
  get awaitsMasks(): boolean {
    return this.#masksDue !== undefined;
  }

  /** Undefined while its masks are to be confirmed. */
  get maskedSince(): number | undefined {
    return this.awaitsMasks ? undefined : this.#maskedSince;
  }

  confirmMasks(): void {
    if (this.awaitsMasks) this.#maskedSince = performance.now();
    this.#masksDue = undefined;
  }

  /**
   * Whether nothing comes that should. As of the last look: a server that could not look, as its media worker hangs,
   * knows nothing of a silence.
   */
  get silent(): boolean {
    return !this.asleep && this.#media.stopped(this.#lastLook, silenceToYield);
  }

  tellTiming(timing: CameraTiming): void {
    this.#timing = { ...timing, at: Date.now() };
  }

  get timing(): ZoneTiming {
    const told = this.#timing;
    const camera = told && Date.now() - told.at < timingGoodFor ? told : null;
    return { camera, server: this.#turn ?? null };
  }

  /**
   * Looks whether it still sends what it is asked for, and no more than it may. A camera that cannot be told anything
   * stays for as long as its packets come, since media does not need the socket. A sleeping one sends no media, but
   * its ICE checks of consent go on (RFC 7675 §5.1: every 5 s or so).
   * @param most that it may send, bit/s
   */
  async look(most: number): Promise<Finding> {
    if (this.#masksDue !== undefined && Date.now() > this.#masksDue) return { end: undefined };
    const asked = performance.now();
    const received = await this.camera.received();
    if (this.left) return undefined;
    if (received) this.#countTurn(performance.now() - asked);
    const now = Date.now();
    const { media, any } = received ?? { media: 0, any: 0 };
    const sends = media > this.#received.media;
    if (sends) this.#media.came(now);
    if (any > this.#received.any) this.#lastSign = now;
    if (received) this.#received = received;
    this.#lastLook = now;
    const excess = received && this.#excess(any, most);
    return excess ? { end: excess } : this.#judge(now, sends);
  }

  #judge(now: number, sends: boolean): Finding {
    const { asleep } = this;
    const isGone = asleep
      ? now - this.#lastSign > longestSilence.asleep
      : this.#media.stopped(now, longestSilence.sending);
    if (!this.camera.reachable && isGone) return { end: undefined };
    if (sends) return { event: 'packets' };
    if (asleep) {
      this.#media.rest(now); // It is not to be called stalled for what it did while asleep.
      return { event: 'rest' };
    }
    if (this.#feed.size === 0 && this.#media.silence(now) > this.#times.claimTimeout) {
      const message = `${this.#zone} was held for a camera that never sent anything. Start the session again.`;
      return { end: { code: 'claim-expired', message } };
    }
    if (this.#media.stopped(now, this.#times.stalledAfter)) return { event: 'silence' };
    return undefined;
  }

  /** That browsers are asked for less is only a wish. */
  #excess(bytes: number, most: number): Ending | undefined {
    const at = performance.now();
    if (most !== this.#most) {
      this.#most = most;
      this.#judgedFrom = at + settlingTime;
      this.camera.sendAtMost(most);
    }
    // What it sends meanwhile is not held against a lower limit, to which it comes down within a moment.
    if (at < this.#judgedFrom) this.#rate = new BitRateCheck(at, bytes);
    const sent = this.#rate.excess({ at, bytes }, most);
    if (sent === undefined) return undefined;
    return {
      code: 'bit-rate-exceeded',
      message: `This camera sends ${inWords(sent)}, and ${inWords(most)} are allowed in ${this.#zone}. Lower its size or frame rate, or have an administrator raise the limit.`,
      excess: { sent, most },
    };
  }

  #countTurn(turn: number): void {
    this.#turn = this.#turn === undefined ? turn : this.#turn + (turn - this.#turn) * turnShare;
  }
}

/** @param rate bit/s */
export function inWords(rate: number): string {
  return rate < 1_000_000
    ? `${Math.round(rate / 1000)} kbit/s`
    : `${(rate / 1_000_000).toFixed(1)} Mbit/s`;
}
