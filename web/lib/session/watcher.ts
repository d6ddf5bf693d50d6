/** The operator's media: one receive transport, and whatever the watched zone sends over it. */
import type { Device, types } from 'mediasoup-client';
import type { Notice } from '../../../server/contract/events.ts';
import type { ConsumerParameters, RtpCapabilities } from '../../../server/contract/media.ts';
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import { Link, statsOf, transportOptions, type Stats } from './link.ts';
import type { Signaling } from './signaling.ts';

export class Watcher {
  /** Always the same stream: the picture stays until the next zone's first frame. */
  readonly stream = new MediaStream();
  readonly #signaling: Signaling;
  readonly #device: Device;
  readonly #onChange: () => void;
  readonly #onDead: () => void;
  readonly #consumers = new Map<string, types.Consumer>();
  #link: Link | undefined;
  #intent = 0;

  constructor(signaling: Signaling, device: Device, onChange: () => void, onDead: () => void) {
    this.#signaling = signaling;
    this.#device = device;
    this.#onChange = onChange;
    this.#onDead = onDead;
  }

  get hasMedia(): boolean {
    return this.#consumers.size > 0;
  }

  get transportUp(): boolean {
    return this.#link?.up ?? false;
  }

  get hasAudio(): boolean {
    return this.stream.getAudioTracks().length > 0;
  }

  /** Watches a zone, over the transport there is. Undefined when a later call overtook this one. */
  async watch(zone: string): Promise<ZoneSummary | undefined> {
    const intent = ++this.#intent;
    const answer = await this.#signaling.request('watch', {
      zone,
      rtpCapabilities: this.#device.rtpCapabilities as RtpCapabilities,
      ...(this.#link ? { transportId: this.#link.transport.id } : {}),
    });
    if (intent !== this.#intent) return undefined;
    if (answer.transport) this.#replaceLink(answer.transport);
    const wanted = new Set(answer.consumers.map(({ id }) => id));
    await this.#add(answer.consumers);
    if (intent !== this.#intent) return undefined;
    this.#remove([...this.#consumers.keys()].filter((id) => !wanted.has(id)));
    return answer.zone;
  }

  async live({ consumers }: Notice<'producer:live'>): Promise<void> {
    await this.#add(consumers);
  }

  gone({ consumerIds }: Notice<'producer:gone'>): void {
    this.#remove(consumerIds);
  }

  restartIce(): void {
    this.#link?.restart();
  }

  /** Forgets the transport, as after the server lost it. */
  drop(): void {
    this.#intent += 1;
    this.#remove([...this.#consumers.keys()]);
    this.#link?.close();
    this.#link = undefined;
  }

  /** Asked of each track that is received now: a transport's own report also lists former ones. */
  stats(): Promise<Stats> {
    return statsOf(this.#consumers.values());
  }

  #replaceLink(parameters: Parameters<typeof transportOptions>[0]): void {
    this.#remove([...this.#consumers.keys()]);
    this.#link?.close();
    const transport = this.#device.createRecvTransport(transportOptions(parameters));
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      this.#signaling
        .request('transport:connect', { transportId: transport.id, dtlsParameters })
        .then(() => done(), failed);
    });
    this.#link = new Link(transport, this.#signaling, this.#onChange, this.#onDead);
  }

  async #add(list: ConsumerParameters[]): Promise<void> {
    await Promise.all(list.map((parameters) => this.#consume(parameters)));
    this.#onChange();
  }

  async #consume({ paused, ...parameters }: ConsumerParameters): Promise<void> {
    if (this.#consumers.has(parameters.id) || !this.#link) return;
    const link = this.#link;
    const consumer = await link.transport.consume(parameters as unknown as types.ConsumerOptions);
    if (link !== this.#link) return consumer.close();
    this.#consumers.set(consumer.id, consumer);
    for (const track of this.stream.getTracks()) {
      if (track.kind === consumer.kind) this.stream.removeTrack(track);
    }
    this.stream.addTrack(consumer.track);
    if (paused) await this.#signaling.request('consumer:resume', { consumerId: consumer.id });
  }

  #remove(ids: string[]): void {
    for (const id of ids) {
      const consumer = this.#consumers.get(id);
      if (!consumer) continue;
      this.#consumers.delete(id);
      consumer.close();
      if (consumer.kind === 'audio') this.stream.removeTrack(consumer.track);
    }
    this.#onChange();
  }
}
