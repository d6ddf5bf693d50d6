/** A player that came by WHEP, as a zone's viewer: one picture as large as its link carries, and the zone's sound. */
import type { Logger } from 'pino';
import { messageOf, RefusedError } from '../contract/errors.ts';
import type { SpatialLayer } from '../contract/layers.ts';
import { logSparingly } from '../limits/sparing-log.ts';
import type { Consumer, View, ViewerConnection } from '../media/plane.ts';
import { timeOfDay } from '../time.ts';
import { layerFor, type Wanted } from '../zones/layer-choice.ts';
import type { Producer } from '../zones/producer.ts';
import type { Viewer } from '../zones/viewer.ts';
import type { Zone } from '../zones/zone.ts';
import type { Resource } from './resource.ts';
import type { ViewerTrack } from './viewer-media.ts';

/** Until it has connected, and until it is back after ICE has heard nothing of it for 30 s; ms. */
const patience = { first: 20_000, back: 5000 };

export class WhepViewer implements Viewer {
  readonly zone: Zone;
  /** When it began, ms since the epoch. */
  readonly since = timeOfDay();
  readonly #resource: Resource;
  readonly #tracks: readonly ViewerTrack[];
  readonly #log: Logger;
  readonly #consumers = new Map<string, Consumer>();
  /** By producer: a track may come while all are taken up that are there. */
  readonly #making = new Map<string, Promise<void>>();
  /** When its turn comes to have a smaller picture, by chance: as the share of viewers for whom it is so, 0 to 1. */
  readonly #turn = Math.random();
  #isLowered = false;
  #connection: ViewerConnection | undefined;
  #waiting: NodeJS.Timeout | undefined;

  constructor(resource: Resource, zone: Zone, tracks: readonly ViewerTrack[], log: Logger) {
    this.#resource = resource;
    this.zone = zone;
    this.#tracks = tracks;
    this.#log = log;
  }

  /**
   * Nobody says how large its picture is: all that comes, and mediasoup falls to what fits. Nor does anybody say that it is
   * looked at, so it is as small as other tiles that are not where the node is nearly full.
   */
  get wants(): Wanted {
    return { layer: this.#isLowered ? 0 : 2 };
  }

  get lowered(): number {
    const { video } = this.zone;
    return this.#isLowered && video && this.#consumers.has(video.id) && video.layers.count > 1
      ? 1
      : 0;
  }

  lower(shareOf: (worker: number) => number): void {
    const connection = this.#connection;
    const isLowered = connection !== undefined && this.#turn < shareOf(connection.workerNumber);
    if (isLowered === this.#isLowered) return;
    this.#isLowered = isLowered;
    void this.#resource.enqueue(() => this.#showAnew());
  }

  /** What comes is sent over this from now on. */
  take(connection: ViewerConnection): void {
    this.#connection = connection;
    this.#wait(patience.first);
    connection.onConnected = () => {
      clearTimeout(this.#waiting);
      this.zone.refreshDemand();
    };
    connection.onHeard = (isHeard) => {
      if (!isHeard) this.#wait(patience.back);
      else if (connection.connected) clearTimeout(this.#waiting);
    };
    connection.onLost = (reason) => this.#resource.lost(reason);
  }

  /** Sends what the zone has. @throws RefusedError `unsupported-media` when its codec was not offered */
  async consumeAll(): Promise<void> {
    await Promise.all(this.zone.feed.map((producer) => this.#consume(producer)));
  }

  /** What is sent of a kind now. */
  consumerOf(kind: string): Consumer | undefined {
    return [...this.#consumers.values()].find(({ parameters }) => parameters.kind === kind);
  }

  receives({ id }: Producer): boolean {
    return (this.#connection?.connected ?? false) && this.#consumers.has(id);
  }

  needs({ id }: Producer): SpatialLayer | null {
    return this.#consumers.get(id)?.needs ?? null;
  }

  offer(producer: Producer): void {
    void this.#resource.enqueue(async () => {
      try {
        await this.#consume(producer);
        this.zone.refreshDemand();
      } catch (error) {
        if (!producer.closed) this.#breakOff(error);
      }
    });
  }

  /** A player cannot be told to hide what it shows; without its session it has to ask, and gets what may be seen. */
  retract(producerId: string, blank: boolean): void {
    const consumer = this.#consumers.get(producerId);
    this.#consumers.delete(producerId);
    consumer?.close();
    if (!consumer || !blank) return;
    const message = `Masks of ${this.zone.id} have changed, and the last picture may lack them; ask again.`;
    this.#resource.end({ code: 'unavailable', message });
  }

  tell(): void {}

  close(): void {
    clearTimeout(this.#waiting);
    for (const consumer of this.#consumers.values()) consumer.close();
    this.#consumers.clear();
    this.zone.leave(this);
  }

  #consume(producer: Producer): Promise<void> {
    const { id } = producer;
    const making = this.#making.get(id) ?? this.#make(producer);
    this.#making.set(id, making);
    return making.finally(() => this.#making.delete(id));
  }

  async #make(producer: Producer): Promise<void> {
    const connection = this.#connection;
    const track = this.#tracks.find(({ kind }) => kind === producer.kind);
    if (!connection || !track || this.#resource.ended) return;
    if (this.#consumers.has(producer.id) || producer.closed) return;
    const { able, numbers } = track;
    const shown = { zone: this.zone.id, view: this.#viewOf(producer), numbers };
    const consumer = await connection.consume(producer, able, shown).catch((error: unknown) => {
      // A player that cannot play the camera's sound shows its picture.
      const isUnplayed = error instanceof RefusedError && error.code === 'unsupported-media';
      if (producer.kind === 'audio' && isUnplayed) return undefined;
      throw error;
    });
    if (!consumer) return;
    // It may have come to its end, and the track to its own, meanwhile.
    if (this.#resource.ended || producer.closed) return consumer.close();
    consumer.onNeeds = () => this.zone.refreshDemand();
    consumer.onBroken = (error) => this.#breakOff(error);
    this.#consumers.set(producer.id, consumer);
    // There is nobody to say so: whoever made the offer can receive.
    await consumer.ready();
  }

  #viewOf({ layers }: Producer): View {
    return { layer: layerFor(this.wants, layers), focused: false };
  }

  async #showAnew(): Promise<void> {
    for (const producer of this.zone.feed) {
      const consumer = this.#consumers.get(producer.id);
      // Told by the connection itself, if it is gone.
      await consumer?.show(this.#viewOf(producer)).catch((error: unknown) => {
        if (!consumer.closed) this.#breakOff(error);
      });
    }
    this.zone.refreshDemand();
  }

  /** The reason stands in the answer to its next request. */
  #breakOff(error: unknown): void {
    const { peer, ended } = this.#resource;
    if (ended) return;
    const fields = { err: error, zone: this.zone.id, peer };
    logSparingly(this.#log, 'warn', fields, 'a WHEP player cannot get this feed');
    const code = error instanceof RefusedError ? error.code : 'unavailable';
    this.#resource.end({ code, message: messageOf(error) });
  }

  #wait(time: number): void {
    clearTimeout(this.#waiting);
    const message = 'Nothing is heard of this player any more.';
    this.#waiting = setTimeout(
      () => this.#resource.end({ code: 'unavailable', message }),
      time,
    ).unref();
  }
}
