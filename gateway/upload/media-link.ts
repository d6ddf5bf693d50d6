/**
 * One peer's ICE, DTLS and SRTP towards the server, by libdatachannel: RTP and RTCP packets go in and
 * come out as they are. There is one m-line for every stream, told apart by SSRC, so nothing is ever
 * renegotiated; mediasoup needs no session description at all.
 */
import { PeerConnection, Video, type Track } from 'node-datachannel';
import type { TransportParameters } from '../../server/contract/media.ts';
import type { RelayBridge } from './relay-bridges.ts';
import { relaysOf } from './relays.ts';
import { TcpBridge } from './tcp-bridge.ts';

/** The payload type that goes into the description; which ones come is not looked at. */
const anyPayloadType = 96;

/** A way by UDP is given so long before TCP is tried beside it, ms. */
const udpFirst = 500;
/** A server has one address for each network, as a rule. */
const mostBridges = 4;

type Pair = NonNullable<ReturnType<PeerConnection['getSelectedCandidatePair']>>;

export type Direction = 'send' | 'receive';

export interface LinkOptions {
  /** The address that it sends from; any by itself. */
  readonly bindAddress?: string | undefined;
  /** TURN servers that are reached by a bridge; closed with the link. */
  readonly relays?: readonly RelayBridge[] | undefined;
  /** Goes this way and no other, to try out that it works. */
  readonly only?: 'udp' | 'tcp' | 'relay' | undefined;
}

export class MediaLink {
  /** To be told to the server, in `publish` or `transport:connect`. */
  readonly dtlsParameters: {
    role: 'client';
    fingerprints: { algorithm: 'sha-256'; value: string }[];
  };
  /** Told when a way is found. */
  onWay: () => void = () => {};
  /** Told once when DTLS is up. */
  onUp: () => void = () => {};
  /** Told when the ICE library hears nothing any more, and still tries. */
  onDoubt: () => void = () => {};
  /** Told once when it was not to be had, or is lost for good. */
  onLost: () => void = () => {};
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #bridges: TcpBridge[] = [];
  readonly #bridging: NodeJS.Timeout | undefined;
  #isUp = false;
  #closed = false;

  constructor(server: TransportParameters, direction: Direction, options: LinkOptions = {}) {
    const { bindAddress, only, relays = [] } = options;
    this.#connection = new PeerConnection('link', {
      iceServers: [...relays.map(({ relay }) => relay), ...relaysOf(server.iceServers).usable],
      ...(bindAddress === undefined ? {} : { bindAddress }),
      disableAutoNegotiation: true,
      forceMediaTransport: true,
      ...(only === 'relay' ? { iceTransportPolicy: 'relay' as const } : {}),
    });
    this.#connection.onIceStateChange((state) => {
      if (state === 'connected' && !this.#closed) this.onWay();
    });
    this.#connection.onStateChange((state) => {
      if (this.#closed) return;
      if (state === 'connected') {
        this.#isUp = true;
        this.onUp();
      }
      if (state === 'disconnected') this.onDoubt();
      if (state === 'failed' || state === 'closed') {
        this.close();
        this.onLost();
      }
    });
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
    this.#connection.setRemoteDescription(answer(server, direction, only), 'answer');
    for (const { bridge } of relays) {
      this.#bridges.push(bridge);
      bridge.onClosed = () => this.#bridgeEnded(({ local }) => local.type === 'relay');
    }
    if (only !== undefined && only !== 'tcp') return;
    const bridge = (): void => void this.#bridge(server, bindAddress);
    this.#bridging = setTimeout(bridge, only === 'tcp' ? 0 : udpFirst);
  }

  /** Over what it goes, as in `udp`; undefined while there is no way. */
  get protocol(): string | undefined {
    const pair = this.#connection.getSelectedCandidatePair();
    return pair ? (this.#bridgeAt(pair.remote.port) ? 'tcp' : 'udp') : undefined;
  }

  /** @param take called with each RTP or RTCP packet, decrypted */
  onPacket(take: (packet: Buffer) => void): void {
    this.#track.onMessage(take);
  }

  /** Sends one RTP or RTCP packet, encrypted; false when the link is not up. */
  send(packet: Buffer): boolean {
    if (this.#closed || !this.#track.isOpen()) return false;
    try {
      return this.#track.sendMessageBinary(packet);
    } catch (error) {
      // The library closes tracks on a thread of its own, which may come in between.
      if (!this.#track.isOpen()) return false;
      throw error;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#bridging);
    for (const bridge of this.#bridges) bridge.close();
    this.#track.close();
    this.#connection.close();
  }

  /** Offers the ICE library ways by TCP, where none by UDP was found at once. */
  async #bridge({ iceCandidates }: TransportParameters, from: string | undefined): Promise<void> {
    const places = iceCandidates.filter(({ protocol }) => protocol === 'tcp');
    for (const candidate of places.slice(0, mostBridges)) {
      if (this.#isUp || this.#closed) return;
      const bridge = await TcpBridge.open(candidate, from);
      if (this.#closed) return bridge.close();
      this.#bridges.push(bridge);
      const { port } = bridge.place;
      bridge.onClosed = () => this.#bridgeEnded(({ remote }) => remote.port === port);
      const at = { ...candidate, ...bridge.place, protocol: 'udp' as const };
      this.#connection.addRemoteCandidate(candidateLine(at), '0');
    }
  }

  #bridgeAt(port: number): boolean {
    return this.#bridges.some(({ place }) => place.port === port);
  }

  /** What went by it goes no way any more. */
  #bridgeEnded(wentBy: (pair: Pair) => boolean): void {
    if (this.#closed) return;
    const pair = this.#connection.getSelectedCandidatePair();
    if (!pair || !wentBy(pair)) return;
    this.close();
    this.onLost();
  }
}

/**
 * The server's side, in the words that libdatachannel wants to hear (RFC 8829). Its fingerprint is the one that was told
 * over the signed-in socket, and DTLS comes up with no other certificate.
 */
function answer(
  server: TransportParameters,
  direction: Direction,
  only: LinkOptions['only'],
): string {
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
      .filter(({ protocol }) => protocol === 'udp' && only !== 'tcp')
      .map((candidate) => `a=${candidateLine(candidate)}`),
    '',
  ].join('\r\n');
}

function candidateLine(candidate: TransportParameters['iceCandidates'][number]): string {
  const { foundation, priority, ip, port } = candidate;
  return `candidate:${foundation} 1 UDP ${priority} ${ip} ${port} typ host`;
}
