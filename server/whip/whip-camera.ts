/** An encoder that came by WHIP, as a zone's camera. It is told nothing: not to sleep, and no masks. */
import type { Logger } from 'pino';
import { fittingName } from '../contract/name.ts';
import type { SpatialLayer } from '../contract/layers.ts';
import type { CameraConnection } from '../media/plane.ts';
import type { FilmingCamera } from '../participants/participant.ts';
import { timeOfDay } from '../time.ts';
import type { Ending, Received } from '../zones/camera.ts';
import type { Zone } from '../zones/zone.ts';
import type { Resource } from './resource.ts';

/**
 * Nobody can ask it whether it is still there. Without a sign of life, which ICE's checks are too, it is taken for gone
 * after the first time; without media after the second; ms.
 */
const longestSilence = { any: 10_000, media: 30_000 };
/** What it is asked to send while nobody watches, bit/s: enough to know that it does. */
const unwatchedBitRate = 150_000;

export class WhipCamera implements FilmingCamera {
  readonly zone: Zone;
  /** When it began, ms since the epoch. */
  readonly since = timeOfDay();
  readonly canMask = false;
  readonly sendsUnasked = true;
  readonly cannotSleep = true as const;
  readonly window = undefined;
  readonly #resource: Resource;
  readonly #log: Logger;
  readonly #onEnded: (ending: Ending | undefined) => void;
  #connection: CameraConnection | undefined;
  #most = 0;
  #isWatched = true;
  #received: Received = { media: 0, any: 0 };
  #lastAt = { media: performance.now(), any: performance.now() };
  #ended = false;

  /** @param onEnded told once, when it films the zone no longer */
  constructor(
    resource: Resource,
    zone: Zone,
    log: Logger,
    onEnded: (ending: Ending | undefined) => void,
  ) {
    this.#resource = resource;
    this.zone = zone;
    this.#log = log;
    this.#onEnded = onEnded;
  }

  get label(): string {
    const { principal } = this.#resource.caller;
    return fittingName(principal.kind === 'anyone' ? 'WHIP' : `WHIP · ${principal.name}`);
  }

  get peer(): string {
    return this.#resource.peer;
  }

  /** As long as it has a connection: it comes back by a new session, and never to this one. */
  get reachable(): boolean {
    return !this.#ended;
  }

  get maxBitrate(): number | undefined {
    return this.#resource.caller.maxBitrate;
  }

  /** Whether it sends although nobody watches. */
  get sendsUnwatched(): boolean {
    return !this.#isWatched && !this.#ended;
  }

  /** @param most that it may send, bit/s */
  take(connection: CameraConnection, most: number): void {
    this.#connection = connection;
    this.#most = most;
    this.zone.connecting(this, most);
    connection.onConnected = () => this.zone.connected(this);
    connection.onLost = (reason) => this.#resource.lost(reason);
  }

  async received(): Promise<Received | undefined> {
    const connection = this.#connection;
    if (!connection || connection.closed) return undefined;
    const received = await connection.received();
    this.#look(received);
    return received;
  }

  sendUpTo(highest: SpatialLayer | null): void {
    this.#isWatched = highest !== null;
    this.#limit();
  }

  sendAtMost(bitRate: number): void {
    this.#most = bitRate;
    this.#limit();
  }

  /** Never asked: where masks are it films no longer. */
  burnIn(): void {}

  tell(): void {}

  ended(ending: Ending | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnded(ending);
    this.#resource.end(ending);
  }

  #limit(): void {
    const most = this.#isWatched ? this.#most : Math.min(this.#most, unwatchedBitRate);
    this.#connection?.limitIncoming(most).catch((error: unknown) =>
      // Told by the connection itself, if it is gone.
      this.#log.debug({ err: error, zone: this.zone.id }, 'a limit could not be set'),
    );
  }

  #look(received: Received): void {
    const now = performance.now();
    for (const what of ['media', 'any'] as const) {
      if (received[what] > this.#received[what]) this.#lastAt[what] = now;
      else if (now - this.#lastAt[what] > longestSilence[what]) return this.#goneSilent();
    }
    this.#received = received;
  }

  #goneSilent(): void {
    const message = `Nothing comes from this encoder any more; start it again to film ${this.zone.id}.`;
    this.#resource.end({ code: 'claim-expired', message });
  }
}
