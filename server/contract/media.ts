/**
 * The parts of ORTC that cross the wire, as mediasoup and mediasoup-client spell them
 * (https://mediasoup.org/documentation/v3/mediasoup/rtp-parameters-and-capabilities/).
 * Sizes are bounded, so that a message cannot make the server work for long.
 */
import { z } from 'zod';

const ShortText = z.string().max(255);
const PayloadType = z.number().int().min(0).max(127);
const Ssrc = z.number().int().min(0).max(0xffffffff);
const CodecSettings = z
  .record(z.string().max(64), z.union([ShortText, z.number().int()]))
  .refine((settings) => Object.keys(settings).length <= 32, 'too many settings');

export const MediaKind = z.enum(['audio', 'video']);
export type MediaKind = z.infer<typeof MediaKind>;

/** Ids are made by the server; clients only hand them back. */
export const MediaId = z.string().min(1).max(64);

/** What viewers ask a camera for, and what tells it how much it may send (RFC 4585, RFC 5104). */
const usedFeedback = new Set(['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc']);

/** Whatever else a client names is passed over. */
export const RtcpFeedback = z
  .array(z.object({ type: ShortText, parameter: ShortText.optional() }))
  .max(32)
  .transform((all) =>
    all.filter(({ type, parameter }) =>
      usedFeedback.has(parameter ? `${type} ${parameter}` : type),
    ),
  );

const HeaderExtensionUri = ShortText;

export const RtpCapabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: MediaKind,
        mimeType: ShortText,
        preferredPayloadType: PayloadType,
        clockRate: z.number().int().positive(),
        channels: z.number().int().min(1).max(32).optional(),
        parameters: CodecSettings.optional(),
        rtcpFeedback: RtcpFeedback.optional(),
      }),
    )
    .max(64),
  headerExtensions: z
    .array(
      z.object({
        kind: MediaKind,
        uri: HeaderExtensionUri,
        preferredId: z.number().int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64),
});
export type RtpCapabilities = z.infer<typeof RtpCapabilities>;

const Encoding = z.object({
  ssrc: Ssrc.optional(),
  rid: z.string().min(1).max(16).optional(),
  codecPayloadType: PayloadType.optional(),
  rtx: z.object({ ssrc: Ssrc }).optional(),
  dtx: z.boolean().optional(),
  active: z.boolean().optional(),
  scalabilityMode: z.string().max(16).optional(),
  scaleResolutionDownBy: z.number().min(1).max(64).optional(),
  maxBitrate: z.number().int().positive().optional(),
  maxFramerate: z.number().positive().optional(),
});

export const RtpParameters = z.object({
  mid: z.string().max(32).optional(),
  codecs: z
    .array(
      z.object({
        mimeType: ShortText,
        payloadType: PayloadType,
        clockRate: z.number().int().positive(),
        channels: z.number().int().min(1).max(32).optional(),
        parameters: CodecSettings.optional(),
        rtcpFeedback: RtcpFeedback.optional(),
      }),
    )
    .min(1)
    .max(16),
  headerExtensions: z
    .array(
      z.object({
        uri: HeaderExtensionUri,
        id: z.number().int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: CodecSettings.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z.array(Encoding).min(1).max(8),
  rtcp: z
    .object({
      cname: ShortText.optional(),
      reducedSize: z.boolean().optional(),
      mux: z.boolean().optional(),
    })
    .optional(),
  msid: ShortText.optional(),
});
export type RtpParameters = z.infer<typeof RtpParameters>;

export const DtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().regex(/^([0-9A-Fa-f]{2}:){19,63}[0-9A-Fa-f]{2}$/),
      }),
    )
    .min(1)
    .max(8),
});
export type DtlsParameters = z.infer<typeof DtlsParameters>;

export const IceParameters = z.object({
  usernameFragment: z.string(),
  password: z.string(),
  iceLite: z.boolean().optional(),
});
export type IceParameters = z.infer<typeof IceParameters>;

const IceCandidate = z.object({
  foundation: z.string(),
  priority: z.number(),
  ip: z.string(),
  address: z.string(),
  protocol: z.enum(['udp', 'tcp']),
  port: z.number().int(),
  type: z.literal('host'),
  tcpType: z.literal('passive').optional(),
});

/** STUN and TURN servers in the shape of the browser's own `RTCIceServer` (W3C WebRTC §4.2.4). */
export const IceServer = z.strictObject({
  urls: z.union([z.string(), z.array(z.string()).min(1)]),
  username: z.string().optional(),
  credential: z.string().optional(),
});
export type IceServer = z.infer<typeof IceServer>;

/** All a browser needs to start ICE and DTLS towards the server. */
export const TransportParameters = z.object({
  id: MediaId,
  iceParameters: IceParameters,
  iceCandidates: z.array(IceCandidate),
  dtlsParameters: DtlsParameters,
  iceServers: z.array(IceServer),
});
export type TransportParameters = z.infer<typeof TransportParameters>;

/** All a browser needs to receive one producer's media. */
export const ConsumerParameters = z.object({
  id: MediaId,
  zone: z.string(),
  producerId: MediaId,
  kind: MediaKind,
  rtpParameters: RtpParameters,
  /** The server sends nothing until `consumer:resume`. */
  paused: z.boolean(),
});
export type ConsumerParameters = z.infer<typeof ConsumerParameters>;
