/** A player that comes by WHEP: a real offer, real ICE, DTLS and SRTP by libdatachannel; it counts what comes. */
import { Audio, PeerConnection, Video, type Track } from 'node-datachannel';
import { isRtcp } from '../../../gateway/upload/rtp.ts';
import { HttpSession, type Headers } from './http-session.ts';
import { parseRtp, pictureLossIndication, type ReceivedHeader } from './rtp.ts';

export interface PlayerOptions {
  readonly headers?: Headers;
  /** Of the picture; VP8 unless it is said. */
  readonly codec?: 'VP8' | 'H264';
  /** Has a section for sound, too. */
  readonly sound?: boolean;
  /** Takes each packet of media, which is not kept then. */
  readonly take?: (packet: PlayedPacket) => void;
  /** What of the offer is sent otherwise than libdatachannel made it. */
  readonly change?: (sdp: string) => string;
}

export interface PlayedPacket extends ReceivedHeader {
  readonly packet: Buffer;
  /** ms as of `performance.now()` */
  readonly at: number;
}

/** Of the player's offers: other than the router's. */
export const offered = { vp8: 35, rtx: 36, h264: 37, mid: 9, sequence: 3 };

/** mediasoup's, of packets that only try the link. */
export const probeSsrc = 1234;

const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const sequence = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/** Adds what libdatachannel does not offer by itself, and browsers do. */
export function likeABrowser(sdp: string): string {
  return sdp.replace(
    `a=rtpmap:${offered.vp8} VP8/90000`,
    [
      `a=extmap:${offered.mid} ${mid}`,
      `a=extmap:${offered.sequence} ${sequence}`,
      `a=rtcp-fb:${offered.vp8} transport-cc`,
      `a=rtpmap:${offered.vp8} VP8/90000`,
    ].join('\r\n'),
  );
}

export class WhepPlayer extends HttpSession {
  state = 'new';
  readonly offer: string;
  /** What came, without RTCP. */
  readonly packets: PlayedPacket[] = [];
  readonly #connection: PeerConnection;
  readonly #tracks: Track[];
  readonly #onPacket: (packet: PlayedPacket) => void;

  constructor(
    url: string,
    { headers = {}, codec = 'VP8', sound = false, change, take }: PlayerOptions = {},
  ) {
    super(url, headers);
    this.#onPacket = take ?? ((packet) => this.packets.push(packet));
    this.#connection = new PeerConnection('player', {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
      forceMediaTransport: true,
    });
    this.#connection.onStateChange((state) => (this.state = state));
    const picture = new Video('0', 'RecvOnly');
    if (codec === 'VP8') picture.addVP8Codec(offered.vp8);
    else picture.addH264Codec(offered.h264);
    this.#tracks = [this.#connection.addTrack(picture)];
    if (sound) {
      const audio = new Audio('1', 'RecvOnly');
      audio.addOpusCodec(111);
      this.#tracks.push(this.#connection.addTrack(audio));
    }
    for (const track of this.#tracks) track.onMessage((packet) => this.#take(packet));
    this.#connection.setLocalDescription('offer');
    const { sdp = '' } = this.#connection.localDescription() ?? {};
    this.offer = change ? change(sdp) : sdp;
  }

  /** One that watches a zone, or the refusal. */
  static async watch(url: string, zone: string, options?: PlayerOptions): Promise<WhepPlayer> {
    const player = new WhepPlayer(url, options);
    const response = await player.post(zone);
    if (response.status === 201) return player;
    player.close();
    throw new Error(`POST /whep/${zone}: ${response.status} ${await response.text()}`);
  }

  post(zone: string): Promise<Response> {
    return this.begin(`/whep/${zone}`, this.offer, (sdp) =>
      this.#connection.setRemoteDescription(sdp, 'answer'),
    );
  }

  requestKeyFrame(): void {
    const ssrc = this.packets.at(-1)?.ssrc;
    const [picture] = this.#tracks;
    if (ssrc !== undefined) picture?.sendMessageBinary(pictureLossIndication(ssrc));
  }

  /** Ends its side, without a word to the server but what DTLS says. */
  close(): void {
    this.#connection.close();
  }

  #take(packet: Buffer): void {
    if (isRtcp(packet)) return;
    const rtp = parseRtp(packet);
    if (rtp) this.#onPacket({ ...rtp, packet, at: performance.now() });
  }
}
