/** What of a player's offer is taken: one picture and one sound, each with all codecs that are known, by its numbers. */
import type { MediaKind, RtpCapabilities } from '../contract/media.ts';
import { rtpExtensions } from '../contract/rtp-extensions.ts';
import type { OfferedNumbers } from '../media/plane.ts';
import type { AnsweredCodec, Taken } from './sdp/answer.ts';
import { isRetransmission, sharedCodecs, type SharedCodec } from './sdp/codecs.ts';
import { unsupported } from './sdp/description.ts';
import {
  extensionsFor,
  isMedia,
  shareWay,
  type Offer,
  type OfferedExtension,
  type OfferedMedia,
} from './sdp/offer.ts';

/** One section of the offer, to be sent to. */
export interface ViewerTrack {
  readonly kind: MediaKind;
  readonly offered: OfferedMedia;
  /** What the player can of what routers can, by their numbers. */
  readonly able: RtpCapabilities;
  readonly numbers: OfferedNumbers;
  readonly taken: Taken;
}

type Ability = RtpCapabilities['codecs'][number];

/** Of a name of a section in packets: mediasoup has room for so many. */
const longestMid = 8;
/** Those of codecs (RFC 5761 §4), the highest first, since offers begin below. */
const payloadTypes = [...range(127, 96), ...range(63, 35), ...range(34, 1)];

/**
 * The codecs of both are all taken, since another camera may come, and the player can be asked nothing then.
 * @param able what routers can do
 * @throws RefusedError `unsupported-media` when nothing of it can be taken, in words for whoever set the player up
 */
export function viewerTracks(offer: Offer, able: RtpCapabilities): ViewerTrack[] {
  const wanted = offer.media.filter(
    (media) => isMedia(media) && !media.unused && /recv/.test(media.direction),
  );
  if (wanted.length === 0) throw unsupported('it is to receive neither picture nor sound');
  const probe = payloadTypes.find(
    (one) => !offer.media.some(({ formats }) => formats.includes(String(one))),
  );
  if (probe === undefined) throw unsupported('it leaves no payload type free');
  const tracks = wanted.flatMap((media) => trackOf(media, able, probe) ?? []);
  const first = (kind: MediaKind): ViewerTrack[] =>
    tracks.filter((track) => track.kind === kind).slice(0, 1);
  const chosen = [...first('video'), ...first('audio')];
  const [main] = chosen;
  if (!main) throw unsupported('it has none of the codecs that cameras here send');
  if (!main.offered.rtcpMux) throw unsupported(`its ${main.kind} has no a=rtcp-mux`);
  return chosen.filter(({ offered }) => shareWay(offer, main.offered, offered));
}

/** Lines of the answer that name the streams of a section, whose packets do not say where they belong. */
export function sourceLines(
  { numbers }: ViewerTrack,
  parameters: {
    encodings: readonly { ssrc?: number; rtx?: { ssrc: number } }[];
    rtcp?: { cname?: string };
  },
): string[] {
  // Packets say themselves where they belong; another camera is another source then, and nobody need be told.
  if (numbers.mid !== undefined) return [];
  const [encoding] = parameters.encodings;
  if (encoding?.ssrc === undefined) return [];
  const ssrcs = [encoding.ssrc, ...(encoding.rtx ? [encoding.rtx.ssrc] : [])];
  return [
    ...(ssrcs.length > 1 ? [`a=ssrc-group:FID ${ssrcs.join(' ')}`] : []),
    ...ssrcs.map((ssrc) => `a=ssrc:${ssrc} cname:${parameters.rtcp?.cname ?? 'camera'}`),
  ];
}

function trackOf(
  offered: OfferedMedia,
  able: RtpCapabilities,
  probe: number,
): ViewerTrack | undefined {
  const kind = offered.kind as MediaKind;
  const abilities = able.codecs.filter((one) => one.kind === kind && !isRetransmission(one));
  const codecs = abilities.flatMap((ability) => {
    const shared = sharedWith(offered, ability);
    return shared ? { ability, shared } : [];
  });
  if (codecs.length === 0) return undefined;
  const extensions = extensionsOf(
    offered,
    codecs.map(({ shared }) => shared),
  );
  const idOf = (uri: string): number | undefined =>
    able.headerExtensions.find((one) => one.kind === kind && one.uri === uri)?.preferredId;
  const numbers = new Map<number, number>();
  const own: Ability[] = [];
  for (const { ability, shared } of codecs) {
    const rtx = shared.rtx && retransmissionsOf(ability, able);
    const [answered] = shared.answered;
    numbers.set(ability.preferredPayloadType, shared.offered.payloadType);
    own.push({ ...ability, rtcpFeedback: [...(answered?.rtcpFeedback ?? [])] });
    if (!rtx || !shared.rtx) continue;
    numbers.set(rtx.preferredPayloadType, shared.rtx.payloadType);
    own.push(rtx);
  }
  const saysWhere = extensions.some(({ uri }) => uri === rtpExtensions.mid);
  return {
    ...{ kind, offered },
    able: {
      codecs: own,
      headerExtensions: able.headerExtensions.filter(
        (one) => one.kind === kind && extensions.some(({ uri }) => uri === one.uri),
      ),
    },
    numbers: {
      payloadTypes: numbers,
      extensions: new Map(
        extensions.flatMap(({ id, uri }) => {
          const ours = idOf(uri);
          return ours === undefined ? [] : [[ours, id] as const];
        }),
      ),
      probe,
      ...(saysWhere && offered.mid !== undefined ? { mid: offered.mid } : {}),
    },
    taken: {
      direction: 'sendonly',
      codecs: inOrderOf(
        offered,
        codecs.flatMap(({ shared }) => shared.answered),
      ),
      extensions,
    },
  };
}

/** The offer's first of a codec; of H264 also one that decodes more than is sent: each profile has this one's tools. */
function sharedWith(offered: OfferedMedia, ability: Ability): SharedCodec | undefined {
  const only = { codecs: [ability], headerExtensions: [] };
  const [exact] = sharedCodecs(offered, only);
  if (exact || !/h264$/i.test(ability.mimeType)) return exact;
  const codecs = offered.codecs.map((codec) =>
    /h264$/i.test(codec.mimeType)
      ? {
          ...codec,
          parameters: { ...codec.parameters, 'profile-level-id': profileOf(ability) },
        }
      : codec,
  );
  const [like] = sharedCodecs({ ...offered, codecs }, only);
  const real = offered.codecs.find(({ payloadType }) => payloadType === like?.offered.payloadType);
  if (!like || !real) return undefined;
  const [first, ...rest] = like.answered;
  return {
    ...like,
    offered: real,
    answered: [...(first ? [{ ...first, parameters: real.parameters }] : []), ...rest],
  };
}

function profileOf({ parameters }: Ability): string {
  return `${parameters?.['profile-level-id'] ?? '42e01f'}`;
}

/** Those that are of use in what is sent. */
function extensionsOf(offered: OfferedMedia, codecs: readonly SharedCodec[]): OfferedExtension[] {
  const isTold = codecs.some(({ answered }) =>
    answered.some(({ rtcpFeedback }) => rtcpFeedback.some(({ type }) => type === 'transport-cc')),
  );
  const { mid } = offered;
  return extensionsFor(offered, 'recv').filter(({ id, uri }) => {
    // 15 is none in the short form, and kept free in the long one (RFC 8285 §4.2).
    if (id < 1 || id === 15 || id > 255) return false;
    if (uri === rtpExtensions.mid) return mid !== undefined && mid.length <= longestMid;
    // mediasoup goes by these numbers where they are, and by nothing else then.
    if (uri === rtpExtensions.sequence) return isTold;
    return uri === rtpExtensions.sendTime;
  });
}

/** As the offer prefers them, each with its retransmissions. */
function inOrderOf({ codecs }: OfferedMedia, answered: readonly AnsweredCodec[]): AnsweredCodec[] {
  const place = ({ payloadType }: AnsweredCodec): number =>
    codecs.findIndex((one) => one.payloadType === payloadType);
  return [...answered].sort((a, b) => place(a) - place(b));
}

function retransmissionsOf({ preferredPayloadType }: Ability, able: RtpCapabilities) {
  return able.codecs.find(
    (one) => isRetransmission(one) && one.parameters?.apt === preferredPayloadType,
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: from - to + 1 }, (_, index) => from - index);
}
