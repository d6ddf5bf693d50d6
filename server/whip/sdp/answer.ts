/** The answer to an offer (RFC 3264, RFC 9429): each of its media again, in the same order, taken or rejected. */
import type { TransportParameters } from '../../contract/media.ts';
import type { Direction, Offer, OfferedExtension, OfferedMedia } from './offer.ts';

export interface AnsweredCodec {
  readonly payloadType: number;
  readonly mimeType: string;
  readonly clockRate: number;
  readonly channels?: number | undefined;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly rtcpFeedback: readonly { readonly type: string; readonly parameter?: string }[];
}

/** How one of the offer's media is taken. */
export interface Taken {
  readonly direction: Direction;
  /** With the offer's payload types. */
  readonly codecs: readonly AnsweredCodec[];
  /** With the offer's ids. */
  readonly extensions: readonly OfferedExtension[];
  /** Of simulcast that is received; none for a single stream. */
  readonly rids?: readonly string[];
  /** Further lines, as of what is sent: `a=msid:…`, `a=ssrc:…`. */
  readonly lines?: readonly string[];
}

export interface AnswerParts {
  readonly offer: Offer;
  /** What is taken of the offer's media; all others are rejected. */
  readonly taken: ReadonlyMap<OfferedMedia, Taken>;
  readonly transport: Pick<
    TransportParameters,
    'iceParameters' | 'iceCandidates' | 'dtlsParameters'
  >;
  /** Of the description, a number. */
  readonly session: string;
}

export function answerOf({ offer, taken, transport, session }: AnswerParts): string {
  const used = offer.media.filter((media) => taken.has(media));
  const mids = used.flatMap(({ mid }) => (mid && offer.bundle.includes(mid) ? mid : []));
  const lines = [
    'v=0',
    `o=- ${session} 1 IN IP4 0.0.0.0`,
    's=-',
    't=0 0',
    'a=ice-lite',
    ...(mids.length > 0 ? [`a=group:BUNDLE ${mids.join(' ')}`] : []),
    'a=msid-semantic: WMS *',
    ...offer.media.flatMap((media) => {
      const how = taken.get(media);
      if (!how) return rejected(media);
      return [
        ...takenLines(media, how),
        ...transportLines(offer, transport),
        // All go over one way, which the first of them describes (RFC 9143 §7.3).
        ...(media === used[0] ? candidateLines(transport.iceCandidates) : []),
      ];
    }),
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

export function candidateLines(candidates: TransportParameters['iceCandidates']): string[] {
  return [
    ...candidates.map(
      ({ foundation, protocol, priority, address, port, type, tcpType }) =>
        `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${tcpType ? ` tcptype ${tcpType}` : ''}`,
    ),
    'a=end-of-candidates',
  ];
}

function rejected({ kind, protocol, formats, mid }: OfferedMedia): string[] {
  return [
    `m=${kind} 0 ${protocol} ${formats.join(' ')}`,
    'c=IN IP4 0.0.0.0',
    ...(mid === undefined ? [] : [`a=mid:${mid}`]),
    'a=inactive',
  ];
}

function takenLines(media: OfferedMedia, how: Taken): string[] {
  const { codecs, extensions, rids = [], direction, lines = [] } = how;
  const payloadTypes = codecs.map(({ payloadType }) => payloadType).join(' ');
  return [
    `m=${media.kind} 9 ${media.protocol} ${payloadTypes}`,
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    ...(media.mid === undefined ? [] : [`a=mid:${media.mid}`]),
    `a=${direction}`,
    'a=rtcp-mux',
    ...(media.rtcpMuxOnly ? ['a=rtcp-mux-only'] : []), // RFC 9725 §4.4.1
    ...(media.rtcpReducedSize ? ['a=rtcp-rsize'] : []),
    ...codecs.flatMap(codecLines),
    ...extensions.map(extensionLine),
    ...rids.map((rid) => `a=rid:${rid} recv`),
    ...(rids.length > 1 ? [`a=simulcast:recv ${rids.join(';')}`] : []),
    ...lines,
  ];
}

/** One that is for one way alone is answered for that way, as this side sees it (RFC 8285 §6). */
function extensionLine({ id, uri, direction }: OfferedExtension): string {
  const way = { sendrecv: '', sendonly: '/recvonly', recvonly: '/sendonly' }[direction];
  return `a=extmap:${id}${way} ${uri}`;
}

function codecLines(codec: AnsweredCodec): string[] {
  const { payloadType, mimeType, clockRate, channels = 1, parameters, rtcpFeedback } = codec;
  const name = mimeType.split('/')[1] ?? '';
  const settings = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  return [
    `a=rtpmap:${payloadType} ${name}/${clockRate}${channels > 1 ? `/${channels}` : ''}`,
    ...(settings.length > 0 ? [`a=fmtp:${payloadType} ${settings.join(';')}`] : []),
    ...rtcpFeedback.map(
      ({ type, parameter }) =>
        `a=rtcp-fb:${payloadType} ${type}${parameter ? ` ${parameter}` : ''}`,
    ),
  ];
}

function transportLines({ dtls }: Offer, transport: AnswerParts['transport']): string[] {
  const { iceParameters, dtlsParameters } = transport;
  const fingerprint =
    dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256') ??
    dtlsParameters.fingerprints[0];
  return [
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    ...(fingerprint ? [`a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`] : []),
    `a=setup:${dtls.role === 'client' ? 'passive' : 'active'}`,
  ];
}
