/** A track on its way to one viewer, as that viewer's tile wants it. */
import type { types } from 'mediasoup';
import type { SpatialLayer } from '../contract/layers.ts';
import type { ConsumerParameters, RtpParameters } from '../contract/media.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Reach } from './pipes.ts';

/** What of a track is to be sent. */
export interface View {
  /** Null: nothing. */
  readonly layer: SpatialLayer | null;
  readonly focused: boolean;
}

/** mediasoup serves higher ones first when the link is short (1–255). */
const priorities = { focused: 255, other: 1 };

export class MediaConsumer {
  readonly parameters: ConsumerParameters;
  readonly #consumer: types.Consumer;
  readonly #reach: Reach;
  #view: View;
  #flowing: boolean;

  /** @param consumer made with this view; its `paused` says whether it waits for `ready` */
  constructor(
    consumer: types.Consumer,
    reach: Reach,
    { zone, view, awaitsReady }: { zone: ZoneId; view: View; awaitsReady: boolean },
  ) {
    this.#consumer = consumer;
    this.#reach = reach;
    this.#view = view;
    this.#flowing = !consumer.paused;
    this.parameters = {
      id: consumer.id,
      zone,
      producerId: consumer.producerId,
      kind: consumer.kind,
      rtpParameters: consumer.rtpParameters as RtpParameters,
      paused: awaitsReady,
    };
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
    if (view.focused !== before.focused) await prioritise(this.#consumer, view);
    if (view.layer !== null && view.layer !== before.layer)
      await prefer(this.#consumer, view.layer);
    await this.#flow();
  }

  close(): void {
    this.#consumer.close();
  }

  async #flow(): Promise<void> {
    const wanted = !this.parameters.paused && this.#view.layer !== null;
    if (wanted === this.#flowing || this.#consumer.closed) return;
    this.#flowing = wanted;
    if (!wanted) return this.#consumer.pause();
    await this.#consumer.resume();
    await this.#reach.open();
  }
}

/** Tracks without layers have none to prefer. */
export async function prefer(consumer: types.Consumer, layer: SpatialLayer): Promise<void> {
  if (consumer.type !== 'simulcast' && consumer.type !== 'svc') return;
  await consumer.setPreferredLayers({ spatialLayer: layer });
}

export async function prioritise(
  consumer: types.Consumer,
  { focused }: Pick<View, 'focused'>,
): Promise<void> {
  await consumer.setPriority(focused ? priorities.focused : priorities.other);
}
