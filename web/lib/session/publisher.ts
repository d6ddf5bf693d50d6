/** The camera's media: one send transport, a video track in layers, and audio when asked for. */
import type { Device, types } from 'mediasoup-client';
import { RefusedError } from '../../../server/contract/errors.ts';
import {
  encodedSizes,
  encodingsFor,
  within,
  type Capture,
  type SpatialLayer,
  type StatedCapture,
  type VideoCodec,
} from '../../../server/contract/layers.ts';
import type { DtlsParameters, MediaKind, RtpParameters } from '../../../server/contract/media.ts';
import type { Masks } from '../../../server/contract/privacy.ts';
import type { ZoneSummary } from '../../../server/contract/zone.ts';
import type { Row } from '../figures/reduce.ts';
import { canMask } from '../privacy/masking.ts';
import { texts } from '../text/texts.ts';
import { MediaTransport, transportOptions } from './media-transport.ts';
import { inNewFrame } from './new-frame.ts';
import { sendUpTo } from './sleep.ts';
import type { Signaling } from './signaling.ts';

export class Publisher {
  readonly #signaling: Signaling;
  readonly #device: Device;
  readonly #codec: VideoCodec;
  readonly #onChange: () => void;
  readonly #onDead: () => void;
  readonly #producers = new Map<MediaKind, types.Producer>();
  #media: MediaTransport | undefined;
  /** One track is taken up after another, as the camera or its masks change. */
  #lastTurn: Promise<unknown> = Promise.resolve();
  #layers = '';
  /** That the server lets this camera send, bit/s. */
  #most = Infinity;
  #capture: StatedCapture | undefined;
  /** The highest layer that the server wants; null for none, undefined for all. */
  #wanted: SpatialLayer | null | undefined;

  constructor(
    signaling: Signaling,
    device: Device,
    codec: VideoCodec,
    onChange: () => void,
    onDead: () => void,
  ) {
    this.#signaling = signaling;
    this.#device = device;
    this.#codec = codec;
    this.#onChange = onChange;
    this.#onDead = onDead;
  }

  get hasMedia(): boolean {
    return this.#producers.has('video');
  }

  get transportUp(): boolean {
    return this.#media?.up ?? false;
  }

  /**
   * Takes the zone, and keeps the tracks that the server still receives.
   * @returns the zone's state, and the masks to be burnt in
   */
  async claim(
    zone: string,
    told: { readonly label: string; readonly demonstration: boolean },
  ): Promise<{ zone: ZoneSummary; masks: Masks }> {
    const answer = await this.#signaling.request('claim', {
      zone,
      ...told,
      masks: canMask(),
      ...(this.#media && !this.#media.gone ? { transportId: this.#media.transport.id } : {}),
    });
    if (answer.transport) this.#replaceLink(answer.transport);
    this.#most = answer.maxBitrate;
    const kept = new Set(answer.producers.map(({ id }) => id));
    for (const [kind, producer] of this.#producers) {
      if (!kept.has(producer.id)) this.#forget(kind);
    }
    return answer;
  }

  /** Sends a video track; publishes again only when the number or size of layers changes. */
  sendVideo(track: MediaStreamTrack, capture: Capture): Promise<void> {
    const turn = this.#lastTurn.then(() => this.#takeUp(track, capture));
    this.#lastTurn = turn.catch(() => {}); // The caller hears of it; the next track is to be sent anyway.
    return turn;
  }

  async #takeUp(track: MediaStreamTrack, capture: Capture): Promise<void> {
    const encodings = within(encodingsFor(capture, this.#codec), this.#most);
    const sizes = encodedSizes(capture, encodings);
    const layers = JSON.stringify({ encodings, sizes });
    const current = this.#producers.get('video');
    if (current && !current.closed && layers === this.#layers) {
      if (current.track !== track) await current.replaceTrack({ track });
      return;
    }
    const codec = this.#device.rtpCapabilities.codecs?.find(
      ({ mimeType }) => mimeType.toLowerCase() === `video/${this.#codec}`,
    );
    if (!codec) throw new RefusedError('unsupported-media', texts.session.noEncoder(this.#codec));
    await this.stop('video');
    this.#wanted = undefined; // The server forgets it with the former track, and says it again.
    this.#capture = { ...capture, layers: sizes };
    await this.#produce('video', {
      track,
      encodings,
      codec,
      stopTracks: false,
      codecOptions: { videoGoogleStartBitrate: startBitrate(encodings) / 1000 },
    });
    this.#layers = layers;
  }

  async sendAudio(track: MediaStreamTrack): Promise<void> {
    if (!this.#producers.has('audio')) await this.#produce('audio', { track });
  }

  /** Sends the layers up to this one, and lets the others sleep; null lets all of them sleep. */
  async sendUpTo(highest: SpatialLayer | null): Promise<void> {
    this.#wanted = highest;
    await Promise.all([...this.#producers.values()].map((producer) => sendUpTo(producer, highest)));
  }

  async stop(kind: MediaKind): Promise<void> {
    const producer = this.#producers.get(kind);
    if (!producer) return;
    this.#forget(kind);
    await this.#signaling.request('unpublish', { producerId: producer.id });
  }

  restartIce(): void {
    this.#media?.restart();
  }

  drop(): void {
    this.#lastTurn = Promise.resolve();
    for (const kind of [...this.#producers.keys()]) this.#forget(kind);
    this.#media?.close();
    this.#media = undefined;
    this.#onChange();
  }

  close(): void {
    this.drop();
  }

  /** Asked of each track that is sent now: a transport's own report also lists those sent before. */
  async stats(): Promise<Row[]> {
    const reports = await Promise.all([...this.#producers.values()].map((one) => one.getStats()));
    return [...new Map(reports.flatMap((report) => [...report])).values()] as Row[];
  }

  #forget(kind: MediaKind): void {
    this.#producers.get(kind)?.close();
    this.#producers.delete(kind);
  }

  async #produce(kind: MediaKind, options: types.ProducerOptions): Promise<void> {
    const media = this.#media;
    if (!media) throw new RefusedError('not-joined', texts.session.noTransport);
    const producer = await media.transport.produce(options);
    if (media !== this.#media) return producer.close();
    this.#producers.set(kind, producer);
    if (this.#wanted !== undefined) await sendUpTo(producer, this.#wanted);
    this.#onChange();
  }

  #replaceLink(parameters: Parameters<typeof transportOptions>[0]): void {
    const isGone = this.#media?.gone ?? false;
    this.drop();
    const make = () => this.#device.createSendTransport(transportOptions(parameters));
    const transport = isGone ? inNewFrame(make) : make();
    // Held back for the first publish, which carries it: one round trip instead of two.
    let unsent: DtlsParameters | undefined;
    transport.on('connect', ({ dtlsParameters }, done) => {
      unsent = dtlsParameters as DtlsParameters;
      done();
    });
    transport.on('produce', ({ kind, rtpParameters }, done, failed) => {
      const dtlsParameters = unsent;
      unsent = undefined;
      this.#signaling
        .request('publish', {
          transportId: transport.id,
          kind,
          rtpParameters: rtpParameters as RtpParameters,
          ...(kind === 'video' && this.#capture ? { capture: this.#capture } : {}),
          ...(dtlsParameters ? { dtlsParameters } : {}),
        })
        .then(({ producerId }) => done({ id: producerId }), failed);
    });
    this.#media = new MediaTransport(transport, this.#signaling, this.#onChange, this.#onDead);
  }
}

/**
 * What the browser takes its uplink for until it has measured it, bit/s. With less than all layers need,
 * it begins the top one and gives it up again at once, for which viewers wait 2 s; with more than the
 * uplink has, a slow uplink stalls for 1.6 s at the start.
 */
function startBitrate(encodings: { maxBitrate: number }[]): number {
  const all = encodings.reduce((sum, { maxBitrate }) => sum + maxBitrate, 0);
  return Math.min(3_000_000, all);
}
