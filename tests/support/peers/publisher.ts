/**
 * A camera without a browser: the real protocol, real ICE, DTLS and SRTP, and a clip replayed as VP8
 * simulcast. One of three layers and 3 Mbit/s costs about half a percent of a core.
 */
import type { ServerMessage, Request } from '../../../server/contract/events.ts';
import { Client, transportOf } from '../client.ts';
import type { Clip } from './clip.ts';
import { LightLink } from './light-link.ts';
import { persist } from './persist.ts';
import { captureTime, ClipPlayer, clockRate, payloadType, type SentLayer } from './player.ts';
import { isRtcp } from '../../../gateway/upload/rtp.ts';
import { keyFrameRequests } from '../../../gateway/upload/rtcp.ts';

type Headers = Record<string, string>;
type Hiding = Partial<Pick<Request<'claim'>, 'masks' | 'presetMasks'>>;

export class LightPublisher {
  readonly client: Client;
  /** Key frames that were asked for, whether or not one was made. */
  requests = 0;
  producerId = '';
  readonly #zone: string;
  readonly #clip: Clip;
  readonly #hiding: Hiding;
  readonly #player: ClipPlayer;
  #link: LightLink | undefined;
  #closed = false;

  private constructor(
    url: string,
    zone: string,
    clip: Clip,
    extraHeaders: Headers,
    hiding: Hiding,
  ) {
    this.client = new Client(url, undefined, { extraHeaders });
    this.#zone = zone;
    this.#clip = clip;
    this.#hiding = hiding;
    this.#player = new ClipPlayer(clip, (packet) => this.#link?.send(packet) ?? false);
    this.client.socket.on(
      'rejoin',
      () =>
        void persist(
          () => this.#publish(),
          () => !this.#closed,
        ),
    );
    this.client.socket.on('layers:wanted', ({ highest }: ServerMessage<'layers:wanted'>) =>
      this.#player.setActiveLayers(clip.layers.map((_, layer) => layer <= (highest ?? -1))),
    );
  }

  /**
   * Publishes in a zone; what is sent, if anything, follows the server's wishes.
   * @param headers with which it signs in, where it has to
   * @param hiding what it says that it can hide; the clip is sent as it is
   */
  static async start(
    url: string,
    zone: string,
    clip: Clip,
    headers: Headers = {},
    hiding: Hiding = {},
  ): Promise<LightPublisher> {
    const publisher = new LightPublisher(url, zone, clip, headers, hiding);
    try {
      await publisher.#publish();
      return publisher;
    } catch (error) {
      publisher.close();
      throw error;
    }
  }

  /** What was sent, smallest layer first. */
  get layers(): readonly Readonly<SentLayer>[] {
    return this.#player.layers;
  }

  /** Sends no more frames, while everything else goes on: a camera that hangs. */
  pause(): void {
    this.#player.stop();
  }

  /** Goes on after a pause, with a key frame. */
  resume(): void {
    this.#player.start();
  }

  close(): void {
    this.#closed = true;
    this.#stop();
    this.client.close();
  }

  #stop(): void {
    this.#player.stop();
    this.#link?.close();
    this.#link = undefined;
  }

  async #publish(): Promise<void> {
    this.#stop();
    const claimed = await this.client.request('claim', {
      zone: this.#zone,
      label: 'clip',
      ...this.#hiding,
    });
    const transport = transportOf(claimed);
    const link = new LightLink(transport, 'send');
    this.#link = link;
    link.onPacket((packet) => this.#take(packet));
    const published = await this.client.request('publish', {
      transportId: transport.id,
      dtlsParameters: link.dtlsParameters,
      kind: 'video',
      rtpParameters: clipParameters(this.#player, this.#clip),
      ...clipCapture(this.#player),
    });
    this.producerId = published.producerId;
    await link.connected();
    if (link === this.#link) this.#player.start();
  }

  #take(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    const asked = keyFrameRequests(packet);
    this.requests += asked.length;
    if (asked.length > 0) this.#player.requestKeyFrame();
  }
}

/** What a camera that plays a clip says of its layers. */
export function clipCapture({ layers }: ClipPlayer): Pick<Request<'publish'>, 'capture'> {
  const sizes = layers.map(({ width, height }) => ({ width, height }));
  const top = sizes.at(-1);
  return top ? { capture: { ...top, layers: sizes } } : {};
}

/** What it says of its stream. */
export function clipParameters({ layers }: ClipPlayer, { scalabilityMode }: Clip) {
  return {
    mid: '0',
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType,
        clockRate,
        rtcpFeedback: [
          { type: 'nack', parameter: 'pli' },
          { type: 'ccm', parameter: 'fir' },
        ],
      },
    ],
    headerExtensions: [captureTime],
    encodings: layers.map(({ ssrc }) => ({ ssrc, scalabilityMode })),
    rtcp: { cname: 'clip', reducedSize: true },
  };
}
