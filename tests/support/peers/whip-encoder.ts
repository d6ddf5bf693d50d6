/** An encoder that comes by WHIP: a real offer, real ICE, DTLS and SRTP by libdatachannel, and a clip as VP8. */
import { PeerConnection, Video, type Track } from 'node-datachannel';
import { rtcpPackets } from '../../../gateway/rtp/compound.ts';
import { keyFrameRequests, mostBitRate } from '../../../gateway/upload/rtcp.ts';
import { isRtcp } from '../../../gateway/upload/rtp.ts';
import { syntheticClip, type Clip } from './clip.ts';
import { HttpSession, type Headers } from './http-session.ts';
import { ClipPlayer, payloadType } from './player.ts';

export interface EncoderOptions {
  readonly headers?: Headers;
  readonly clip?: Clip;
  /** What of the offer is sent otherwise than libdatachannel made it. */
  readonly change?: (sdp: string, ssrcs: readonly number[]) => string;
}

/** One layer of half a Mbit/s. */
export const plainClip = (): Clip => syntheticClip([{ width: 640, height: 360, bitrate: 500_000 }]);

export class WhipEncoder extends HttpSession {
  state = 'new';
  /** Key frames that were asked for. */
  requests = 0;
  /** Most that it was asked to send, by REMB, bit/s; the last one last. */
  readonly limits: number[] = [];
  readonly offer: string;
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #player: ClipPlayer;

  constructor(url: string, { headers = {}, clip = plainClip(), change }: EncoderOptions = {}) {
    super(url, headers);
    this.#player = new ClipPlayer(clip, (packet) => this.#send(packet));
    this.#connection = new PeerConnection('encoder', {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
      forceMediaTransport: true,
    });
    this.#connection.onStateChange((state) => {
      this.state = state;
      if (state === 'connected') this.#player.start();
    });
    const media = new Video('0', 'SendOnly');
    media.addVP8Codec(payloadType);
    const ssrcs = this.#player.layers.map(({ ssrc }) => ssrc);
    for (const ssrc of ssrcs) media.addSSRC(ssrc, 'clip', 'clip', 'picture');
    this.#track = this.#connection.addTrack(media);
    this.#track.onMessage((packet) => this.#take(packet));
    this.#connection.setLocalDescription('offer');
    const { sdp = '' } = this.#connection.localDescription() ?? {};
    this.offer = change ? change(sdp, ssrcs) : sdp;
  }

  /** Whose picture is in the zone, or the refusal. */
  static async film(url: string, zone: string, options?: EncoderOptions): Promise<WhipEncoder> {
    const encoder = new WhipEncoder(url, options);
    const response = await encoder.post(zone);
    if (response.status !== 201) {
      encoder.close();
      throw new Error(`POST /whip/${zone}: ${response.status} ${await response.text()}`);
    }
    return encoder;
  }

  /** Of media, sent so far. */
  get bytes(): number {
    return this.#player.layers.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  post(zone: string): Promise<Response> {
    return this.begin(`/whip/${zone}`, this.offer, (sdp) =>
      this.#connection.setRemoteDescription(sdp, 'answer'),
    );
  }

  /** Its frames stop, and nothing else. */
  pause(): void {
    this.#player.stop();
  }

  /** Ends its side, without a word to the server but what DTLS says. */
  close(): void {
    this.#player.stop();
    this.#connection.close();
  }

  #send(packet: Buffer): boolean {
    return this.#track.isOpen() && this.#track.sendMessageBinary(packet);
  }

  #take(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    const asked = keyFrameRequests(packet).length;
    this.requests += asked;
    this.limits.push(...rtcpPackets(packet).flatMap((one) => mostBitRate(one) ?? []));
    if (asked > 0) this.#player.requestKeyFrame();
  }
}
