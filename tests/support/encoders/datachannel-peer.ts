/** libdatachannel by node-datachannel, as an encoder or a player; it sends a clip, and counts what comes. */
import { PeerConnection, Video, type Track } from 'node-datachannel';
import { isRtcp } from '../../../gateway/upload/rtp.ts';
import { keyFrameRequests } from '../../../gateway/upload/rtcp.ts';
import { syntheticClip } from '../peers/clip.ts';
import { ClipPlayer } from '../peers/player.ts';
import { parseRtp } from '../peers/rtp.ts';
import type { Door, EncoderCodec } from './programs.ts';

const payloadTypes = { VP8: 96, H264: 102 };

export class DatachannelPeer {
  /** Packets that have come, by payload type. */
  readonly received = new Map<number, number>();
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #door: Door;
  #location = '';

  private constructor(door: Door, media: Video) {
    this.#door = door;
    this.#connection = new PeerConnection('peer', {
      iceServers: [],
      bindAddress: '127.0.0.1',
      disableAutoNegotiation: true,
      forceMediaTransport: true,
    });
    this.#track = this.#connection.addTrack(media);
  }

  /** Sends VP8, a picture of 640×360. */
  static async publish(door: Door): Promise<DatachannelPeer> {
    const player = new ClipPlayer(
      syntheticClip([{ width: 640, height: 360, bitrate: 400_000 }]),
      (packet) => peer.#track.isOpen() && peer.#track.sendMessageBinary(packet),
    );
    const media = new Video('0', 'SendOnly');
    media.addVP8Codec(payloadTypes.VP8);
    for (const { ssrc } of player.layers) media.addSSRC(ssrc, 'clip', 'clip', 'clip');
    const peer = new DatachannelPeer(door, media);
    peer.#track.onMessage((packet) => {
      if (isRtcp(packet) && keyFrameRequests(packet).length > 0) player.requestKeyFrame();
    });
    peer.#track.onClosed(() => player.stop());
    await peer.#connect();
    player.start();
    return peer;
  }

  static async play(door: Door, codec: EncoderCodec): Promise<DatachannelPeer> {
    const media = new Video('0', 'RecvOnly');
    if (codec === 'VP8') media.addVP8Codec(payloadTypes.VP8);
    else media.addH264Codec(payloadTypes.H264);
    const peer = new DatachannelPeer(door, media);
    peer.#track.onMessage((packet) => {
      const { payloadType } = (isRtcp(packet) ? undefined : parseRtp(packet)) ?? {};
      if (payloadType === undefined) return;
      peer.received.set(payloadType, (peer.received.get(payloadType) ?? 0) + 1);
    });
    await peer.#connect();
    return peer;
  }

  /** Packets of the payload type that it has offered for a codec. */
  packets(codec: EncoderCodec): number {
    return this.received.get(payloadTypes[codec]) ?? 0;
  }

  async close(): Promise<void> {
    const { url, key } = this.#door;
    const headers = { authorization: `Bearer ${key}` };
    await fetch(new URL(this.#location, url), { method: 'DELETE', headers });
    this.#track.close();
    this.#connection.close();
  }

  async #connect(): Promise<void> {
    const { url, key } = this.#door;
    const up = new Promise<void>((resolve, reject) => {
      this.#connection.onStateChange((state) => {
        if (state === 'connected') resolve();
        if (state === 'failed') reject(new Error('ICE or DTLS has failed'));
      });
    });
    this.#connection.setLocalDescription('offer');
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/sdp' },
      body: this.#connection.localDescription()?.sdp ?? '',
    });
    const sdp = await answer.text();
    if (answer.status !== 201) throw new Error(`${answer.status}: ${sdp}`);
    this.#location = answer.headers.get('location') ?? '';
    this.#connection.setRemoteDescription(sdp, 'answer');
    await up;
  }
}
