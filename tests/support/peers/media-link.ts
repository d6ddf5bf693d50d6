/**
 * One peer's ICE, DTLS and SRTP towards the server, by libdatachannel: RTP and RTCP packets go in and
 * come out as they are. There is one m-line for every stream, told apart by SSRC, so nothing is ever
 * renegotiated; mediasoup needs no session description at all.
 */
import { EventEmitter, once } from 'node:events';
import { PeerConnection, Video, type Track } from 'node-datachannel';
import type { TransportParameters } from '../../../server/contract/media.ts';

/** The payload type that goes into the description; which ones come is not looked at. */
const anyPayloadType = 96;

let bindAddress = '127.0.0.1';

/** From where links are made from now on, on a host of a lab. */
export function setBindAddress(address: string): void {
  bindAddress = address;
}

export class MediaLink {
  /** To be told to the server, in `publish` or `transport:connect`. */
  readonly dtlsParameters: {
    role: 'client';
    fingerprints: { algorithm: 'sha-256'; value: string }[];
  };
  /** When each step was done, ms as of `performance.now()`. */
  readonly times: { begun: number; ice?: number; dtls?: number } = { begun: performance.now() };
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #events = new EventEmitter();

  constructor(server: TransportParameters, direction: 'send' | 'receive') {
    this.#connection = new PeerConnection('light', {
      iceServers: [],
      bindAddress,
      disableAutoNegotiation: true,
      forceMediaTransport: true,
    });
    this.#connection.onIceStateChange((state) => {
      if (state === 'connected') this.times.ice ??= performance.now();
    });
    this.#connection.onStateChange((state) => {
      if (state === 'connected') {
        this.times.dtls ??= performance.now();
        this.#events.emit('up');
      }
      if (state === 'failed') this.#events.emit('error', new Error('the media connection failed'));
    });
    this.#events.on('error', () => {}); // Heard by whoever waits in `connected`.
    const media = new Video('0', direction === 'send' ? 'SendOnly' : 'RecvOnly');
    media.addVP8Codec(anyPayloadType);
    this.#track = this.#connection.addTrack(media);
    this.#connection.setLocalDescription('offer');
    const fingerprint = /a=fingerprint:sha-256 (\S+)/i.exec(
      this.#connection.localDescription()?.sdp ?? '',
    )?.[1];
    if (!fingerprint) throw new Error('libdatachannel made no certificate');
    this.dtlsParameters = {
      role: 'client',
      fingerprints: [{ algorithm: 'sha-256', value: fingerprint }],
    };
    this.#connection.setRemoteDescription(answer(server, direction), 'answer');
  }

  /** Resolves when DTLS is up. */
  async connected(): Promise<void> {
    if (this.times.dtls === undefined) {
      await once(this.#events, 'up', { signal: AbortSignal.timeout(10_000) });
    }
  }

  /** @param take called with each RTP or RTCP packet, decrypted */
  onPacket(take: (packet: Buffer) => void): void {
    this.#track.onMessage(take);
  }

  /** Sends one RTP or RTCP packet, encrypted; false when the link is not up. */
  send(packet: Buffer): boolean {
    return this.#track.isOpen() && this.#track.sendMessageBinary(packet);
  }

  close(): void {
    this.#track.close();
    this.#connection.close();
  }
}

/** The server's side, in the words that libdatachannel wants to hear (RFC 8829). */
function answer(server: TransportParameters, direction: 'send' | 'receive'): string {
  const { iceParameters, iceCandidates, dtlsParameters } = server;
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  if (!fingerprint) throw new Error('the server has no sha-256 fingerprint');
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    'a=msid-semantic:WMS *',
    `m=video 9 UDP/TLS/RTP/SAVPF ${anyPayloadType}`,
    'c=IN IP4 127.0.0.1',
    'a=mid:0',
    direction === 'send' ? 'a=recvonly' : 'a=sendonly',
    'a=rtcp-mux',
    `a=rtpmap:${anyPayloadType} VP8/90000`,
    'a=setup:passive',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint.value}`,
    ...iceCandidates
      .filter(({ protocol }) => protocol === 'udp')
      .map(
        ({ foundation, priority, ip, port }) =>
          `a=candidate:${foundation} 1 UDP ${priority} ${ip} ${port} typ host`,
      ),
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}
