/** Cameras with a key that send what no camera sends: signed in, published, with DTLS and valid SRTP. */
import type { Request } from '../../../server/contract/events.ts';
import { Client, transportOf } from '../client.ts';
import { LightLink } from '../peers/light-link.ts';
import { MalformedRtcp } from './malformed-rtcp.ts';
import { MalformedRtp, type FuzzedStream } from './malformed-rtp.ts';
import type { Chance } from './random.ts';

type Headers = Record<string, string>;

/** With ids as a camera may choose them; the server makes no use of some. */
export const extensions = [
  { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 },
  { uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id', id: 2 },
  { uri: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id', id: 3 },
  { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time', id: 4 },
  { uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01', id: 5 },
  {
    uri: 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
    id: 7,
  },
  { uri: 'urn:ietf:params:rtp-hdrext:toffset', id: 8 },
  { uri: 'urn:3gpp:video-orientation', id: 9 },
  { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time', id: 10 },
  { uri: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay', id: 11 },
];

export interface Plan {
  readonly codec: FuzzedStream['codec'];
  readonly scalabilityMode: string;
  readonly layers: number;
  readonly retransmits: boolean;
  /** Layers told apart by SSRC, or only by the RID in each packet. */
  readonly byRid?: boolean;
}

/** One of each kind of consumer: simple, simulcast and SVC. */
export const plans: Record<string, Plan> = {
  'VP8-SIMULCAST': { codec: 'VP8', scalabilityMode: 'L1T3', layers: 3, retransmits: true },
  'VP8-SIMPLE': { codec: 'VP8', scalabilityMode: 'L1T1', layers: 1, retransmits: false },
  'VP8-RID': { codec: 'VP8', scalabilityMode: 'L1T3', layers: 2, retransmits: true, byRid: true },
  'H264-SIMULCAST': { codec: 'H264', scalabilityMode: 'L1T1', layers: 3, retransmits: true },
  'VP9-SVC': { codec: 'VP9', scalabilityMode: 'L3T3_KEY', layers: 1, retransmits: true },
  'VP9-FULL': { codec: 'VP9', scalabilityMode: 'L3T3', layers: 1, retransmits: false },
  'AV1-SVC': { codec: 'AV1', scalabilityMode: 'L3T3', layers: 1, retransmits: true },
  SOUND: { codec: 'opus', scalabilityMode: 'L1T1', layers: 1, retransmits: false },
};

const payloadType = 96;
const rtxType = 97;

export class FuzzedCamera {
  readonly stream: FuzzedStream;
  readonly #client: Client;
  readonly #link: LightLink;
  readonly #rtp: MalformedRtp;
  readonly #rtcp: MalformedRtcp;
  readonly #chance: Chance;

  private constructor(client: Client, link: LightLink, stream: FuzzedStream, chance: Chance) {
    this.#client = client;
    this.#link = link;
    this.stream = stream;
    this.#chance = chance;
    this.#rtp = new MalformedRtp(chance, stream);
    this.#rtcp = new MalformedRtcp(chance, () => [...stream.ssrcs, ...stream.rtxSsrcs]);
  }

  static async start(
    url: string,
    zone: string,
    plan: Plan,
    chance: Chance,
    headers: Headers = {},
  ): Promise<FuzzedCamera> {
    const stream: FuzzedStream = {
      codec: plan.codec,
      payloadType,
      ...(plan.retransmits ? { rtxType } : {}),
      // 4242 is the one of the known packet.
      ssrcs: [4242, 4243, 4244].slice(0, plan.layers),
      rtxSsrcs: plan.retransmits ? [5242, 5243, 5244].slice(0, plan.layers) : [],
      extensionIds: extensions.map(({ id }) => id),
      rids: plan.byRid ? ['r0', 'r1', 'r2'].slice(0, plan.layers) : [],
    };
    const client = new Client(url, undefined, { extraHeaders: headers });
    try {
      const claimed = await client.request('claim', { zone, label: plan.codec });
      const transport = transportOf(claimed);
      const link = new LightLink(transport, 'send');
      await client.request('publish', {
        transportId: transport.id,
        dtlsParameters: link.dtlsParameters,
        kind: plan.codec === 'opus' ? 'audio' : 'video',
        rtpParameters: rtpParameters(plan, stream),
      });
      await link.connected();
      return new FuzzedCamera(client, link, stream, chance);
    } catch (error) {
      client.close();
      throw error;
    }
  }

  send(packet: Buffer): boolean {
    return sendIfProtected(this.#link, packet);
  }

  /** Sends so many packets. @returns how many went out, of RTP and of RTCP */
  attack(count: number): { rtp: number; rtcp: number } {
    const sent = { rtp: 0, rtcp: 0 };
    for (let left = count; left > 0; left -= 1) {
      const isRtcp = this.#chance.often(0.1);
      const packet = isRtcp ? this.#rtcp.next() : this.#rtp.next();
      if (this.send(packet)) sent[isRtcp ? 'rtcp' : 'rtp'] += 1;
    }
    return sent;
  }

  close(): void {
    this.#link.close();
    this.#client.close();
  }
}

/** Passes over what libsrtp cannot protect: it would not be valid SRTP. */
export function sendIfProtected(link: LightLink, packet: Buffer): boolean {
  try {
    return link.send(packet);
  } catch (error) {
    if (/SRTC?P protect error/.test(String(error))) return false;
    throw error;
  }
}

function rtpParameters(
  plan: Plan,
  { ssrcs, rtxSsrcs, rids }: FuzzedStream,
): Request<'publish'>['rtpParameters'] {
  const video = { clockRate: 90_000, payloadType };
  const feedback = ['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc'].map((text) => {
    const [type = '', parameter] = text.split(' ');
    return parameter ? { type, parameter } : { type };
  });
  const codecs = {
    opus: { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType },
    VP8: { mimeType: 'video/VP8', ...video },
    VP9: { mimeType: 'video/VP9', ...video, parameters: { 'profile-id': 0 } },
    AV1: { mimeType: 'video/AV1', ...video },
    H264: {
      mimeType: 'video/H264',
      ...video,
      parameters: {
        'packetization-mode': 1,
        'profile-level-id': '42e01f',
        'level-asymmetry-allowed': 1,
      },
    },
  };
  const rtx = {
    mimeType: 'video/rtx',
    clockRate: 90_000,
    payloadType: rtxType,
    parameters: { apt: payloadType },
  };
  return {
    mid: '0',
    codecs: [{ ...codecs[plan.codec], rtcpFeedback: feedback }, ...(plan.retransmits ? [rtx] : [])],
    headerExtensions: extensions,
    encodings: ssrcs.map((ssrc, layer) => ({
      ...(plan.byRid
        ? { rid: rids[layer] ?? '' }
        : { ssrc, ...(rtxSsrcs[layer] ? { rtx: { ssrc: rtxSsrcs[layer] } } : {}) }),
      scalabilityMode: plan.scalabilityMode,
    })),
    rtcp: { cname: 'fuzz', reducedSize: true },
  };
}
