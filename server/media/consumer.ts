/** A track on its way to one viewer, as that viewer's tile wants it. */
import type { types } from 'mediasoup';
import type { SpatialLayer } from '../contract/layers.ts';
import type { ConsumerParameters, RtpParameters } from '../contract/media.ts';
import type { ZoneId } from '../contract/zone.ts';
import { wishInterval } from '../zones/key-wishes.ts';
import { answerOf } from './answer.ts';
import { hearKeyRequests } from './key-hearing.ts';
import type { Reach } from './pipes.ts';
import type { Consumer, View } from './plane.ts';
import type { MediaProducer } from './producer.ts';
import type { MediaWorker } from './worker-pool.ts';

/** mediasoup serves higher ones first when the link is short (1–255). */
const priorities = { focused: 255, other: 1 };

/**
 * Behind a new pipe, mediasoup cannot switch away from the layer that it began with, nor begin again with another,
 * before three sender reports have come through it, one a second or so: until then it cannot tell how their
 * timestamps relate (RFC 3550 §6.4.1). If the first layer went before that, nothing would come until then.
 */
const timingTime = 6000; // ms

interface About {
  /** Where it is. */
  readonly worker: MediaWorker;
  readonly zone: ZoneId;
  readonly producer: MediaProducer;
  readonly view: View;
  /** It sends nothing before the client has said `ready`. */
  readonly awaitsReady: boolean;
  readonly replaces: Consumer | undefined;
}

export class MediaConsumer implements Consumer {
  readonly parameters: ConsumerParameters;
  /** Called when nothing can come from it any more, although its producer goes on. */
  onBroken: (error: unknown) => void = () => {};
  /** Called when it may receive other layers than before. */
  onLayers: () => void = () => {};
  /** Told when it may need another layer than before. */
  onNeeds: () => void = () => {};
  onClosed: () => void = () => {};
  readonly #consumer: types.Consumer;
  readonly #reach: Reach;
  readonly #worker: MediaWorker;
  readonly #producer: MediaProducer;
  #replaced: Consumer | undefined;
  #view: View;
  #flowing: boolean;
  /** The layer that it begins with, while others may depend on it. */
  #first: SpatialLayer | null = null;
  /** Runs for a while after a change: what it gets is to go on until another layer begins. */
  #holding: NodeJS.Timeout | undefined;

  /** @param consumer made with the view that `about` tells */
  constructor(consumer: types.Consumer, reach: Reach, about: About) {
    const { worker, zone, producer, view, awaitsReady, replaces } = about;
    this.#consumer = consumer;
    this.#worker = worker;
    this.#producer = producer;
    this.#reach = reach;
    this.#view = view;
    this.#replaced = replaces;
    if (replaces) {
      this.#first = view.layer;
      this.#hold();
    }
    consumer.observer.once('close', () => clearTimeout(this.#holding));
    this.#flowing = !consumer.paused;
    this.parameters = {
      id: consumer.id,
      zone,
      producerId: producer.id,
      kind: consumer.kind,
      rtpParameters: consumer.rtpParameters as RtpParameters,
      paused: awaitsReady,
    };
    consumer.on('layerschange', () => {
      this.onLayers();
      this.onNeeds();
    });
    consumer.on('score', () => this.onLayers());
    if (producer.keyWishes) hearKeyRequests(consumer, worker, () => this.#wishKey());
    const unfollow = producer.limit.follow(() => this.#follow());
    consumer.observer.once('close', () => {
      unfollow();
      this.onClosed();
    });
  }

  get view(): View {
    return this.#view;
  }

  /** The layer that is sent, -1 for none. */
  get layer(): number {
    return this.#consumer.currentLayers?.spatialLayer ?? -1;
  }

  /** The highest layer that must go on coming, wanted or not; null for none. */
  get needs(): SpatialLayer | null {
    if (!this.#holding) return null;
    const highest = Math.max(this.layer, this.#first ?? -1);
    return highest < 0 ? null : highest;
  }

  /** Whether a better layer is wanted and there than the link is taken to carry. */
  get starved(): boolean {
    const { type, score } = this.#consumer;
    const { layer } = this.#view;
    if (!this.#flowing || layer === null || (type !== 'simulcast' && type !== 'svc')) return false;
    // Of SVC, all layers are one stream; of simulcast, each is scored by itself, and 0 while it is not sent.
    const isThere = (one: number): boolean =>
      type === 'svc' || (score.producerScores[one] ?? 0) > 0;
    const most = Math.min(layer, this.#producer.limit.highest);
    return [0, 1, 2].some((one) => one > this.layer && one <= most && isThere(one));
  }

  get closed(): boolean {
    return this.#consumer.closed;
  }

  /** The client can decode: begin with a key frame. Saying it twice is harmless. */
  async ready(): Promise<void> {
    this.parameters.paused = false;
    await this.#flow();
  }

  /** Sends another layer, or nothing, and at another priority. What begins again begins with a key frame. */
  async show(view: View): Promise<void> {
    const before = this.#view;
    this.#view = view;
    if (this.#consumer.closed) return;
    if (view.layer !== before.layer) this.#hold();
    const { layer } = view;
    if (view.focused !== before.focused) await this.#ask(() => prioritise(this.#consumer, view));
    if (layer !== null && layer !== before.layer)
      await this.#ask(() => prefer(this.#consumer, this.#producer, layer));
    await this.#flow();
  }

  /** Goes on with a key frame, as after a break. */
  async beginAnew(): Promise<void> {
    if (!this.#flowing || this.#consumer.closed || this.#consumer.kind !== 'video') return;
    await this.#ask(() => this.#consumer.requestKeyFrame());
  }

  /** What this one takes the place of, until `supersede`. */
  get replaced(): Consumer | undefined {
    return this.#replaced;
  }

  /** Resolves when frames are on their way, or this consumer has ended. */
  async flows(): Promise<void> {
    const consumer = this.#consumer;
    while (!consumer.closed && consumer.currentLayers === undefined) {
      await new Promise<void>((resolve) => {
        consumer.once('layerschange', () => resolve());
        consumer.observer.once('close', () => resolve());
      });
    }
  }

  /** Ends what this one replaces. */
  supersede(): void {
    this.#replaced?.close();
    this.#replaced = undefined;
  }

  /** Ends this one; what it was to replace goes on. */
  giveBack(): void {
    this.#replaced = undefined;
    this.#consumer.close();
  }

  close(): void {
    this.supersede();
    this.#consumer.close();
  }

  /** Other layers come than before: it goes to the highest of them that it is to get. */
  #follow(): void {
    const { layer } = this.#view;
    if (layer === null || this.#consumer.closed) return;
    this.#hold();
    this.#ask(() => prefer(this.#consumer, this.#producer, layer)).catch(() => {
      // Its worker is silent or gone, which is told otherwise.
    });
  }

  #hold(): void {
    clearTimeout(this.#holding);
    this.#holding = setTimeout(() => {
      this.#holding = undefined;
      this.#first = null;
      this.onNeeds();
    }, timingTime).unref();
  }

  async #flow(): Promise<void> {
    const wanted = !this.parameters.paused && this.#view.layer !== null;
    if (wanted === this.#flowing || this.#consumer.closed) return;
    this.#flowing = wanted;
    if (!wanted) return this.#ask(() => this.#consumer.pause());
    if (this.#replaced) await this.#reach.comes();
    // It may have been hidden or given up meanwhile.
    if (!this.#flowing || this.#consumer.closed) return;
    await this.#ask(() => this.#consumer.resume());
    await this.#reach.open();
  }

  /** Of the layer that it gets, or is to get. @returns how long it is of no use to ask again, ms */
  #wishKey(): number {
    const { keyWishes, limit } = this.#producer;
    const { layer } = this.#view;
    if (!keyWishes || !this.#flowing || layer === null) return wishInterval;
    return keyWishes.want(this.layer < 0 ? Math.min(layer, limit.highest) : this.layer);
  }

  #ask(act: () => Promise<void>): Promise<void> {
    return answerOf(this.#worker, act);
  }
}

/** Tracks without layers have none to prefer. */
async function prefer(
  consumer: types.Consumer,
  { limit }: MediaProducer,
  layer: SpatialLayer,
): Promise<void> {
  if (consumer.type !== 'simulcast' && consumer.type !== 'svc') return;
  await consumer.setPreferredLayers({ spatialLayer: Math.min(layer, limit.highest) });
}

export async function prioritise(
  consumer: types.Consumer,
  { focused }: Pick<View, 'focused'>,
): Promise<void> {
  await consumer.setPriority(focused ? priorities.focused : priorities.other);
}
