/** What of an encoder's offer is taken: the first picture and the first sound, each with the first codec that is known. */
import { CameraRtpParameters } from '../contract/camera-media.ts';
import { mostLayers, type StatedCapture } from '../contract/layers.ts';
import type { MediaKind, RtpCapabilities } from '../contract/media.ts';
import { parse } from '../contract/parse.ts';
import { rtpExtensions } from '../contract/rtp-extensions.ts';
import type { Taken } from './sdp/answer.ts';
import {
  isRetransmission,
  sharedCodecs,
  sharedExtensions,
  type SharedCodec,
} from './sdp/codecs.ts';
import { unsupported } from './sdp/description.ts';
import {
  isMedia,
  shareWay,
  type Offer,
  type OfferedExtension,
  type OfferedMedia,
} from './sdp/offer.ts';
import { captureOf, smallestFirst } from './sdp/simulcast.ts';

export interface CameraTrack {
  readonly kind: MediaKind;
  readonly offered: OfferedMedia;
  readonly parameters: CameraRtpParameters;
  readonly capture: StatedCapture | undefined;
  readonly taken: Taken;
}

const longestMid = 16;

/**
 * @param able what routers can do
 * @param byPayloadType whether packets are told by their payload type, where they say nothing else (RFC 9143 §9.2)
 * @returns the picture first, unless the offer has the sound first
 * @throws RefusedError `unsupported-media` when nothing of it can be taken, in words for whoever set the encoder up
 */
export function cameraTracks(
  offer: Offer,
  able: RtpCapabilities,
  byPayloadType = false,
): CameraTrack[] {
  const sent = offer.media.filter(
    (media) => isMedia(media) && !media.unused && /^send/.test(media.direction),
  );
  if (sent.length === 0) throw unsupported('it sends neither picture nor sound');
  const first = (kind: MediaKind): OfferedMedia[] =>
    sent.filter((media) => media.kind === kind && sharedCodecs(media, able).length > 0).slice(0, 1);
  const chosen = [...first('video'), ...first('audio')];
  const [main] = chosen;
  if (!main) throw unsupported(`it has none of ${namesOf(able, sent)}`);
  const taken = offer.media
    .filter((media) => chosen.includes(media) && shareWay(offer, main, media))
    .map((media) => ({ media, codec: codecOf(media, able) }));
  return taken.map(({ media, codec }) => {
    const others = taken.filter((other) => other.media !== media).map((other) => other.codec);
    return trackOf(media, codec, able, byPayloadType && !sharePayloadType(codec, others));
  });
}

/** Whether an encoder can be told how much to send: by feedback of its packets' times, or by a limit (REMB). */
export function takesLimits(tracks: readonly CameraTrack[]): boolean {
  return tracks.some(({ taken: { codecs, extensions } }) => {
    const feedback = codecs.flatMap(({ rtcpFeedback }) => rtcpFeedback.map(({ type }) => type));
    const isTimed = extensions.some(({ uri }) => uri === rtpExtensions.sequence);
    return feedback.includes('goog-remb') || (isTimed && feedback.includes('transport-cc'));
  });
}

function codecOf(offered: OfferedMedia, able: RtpCapabilities): SharedCodec {
  if (!offered.rtcpMux) throw unsupported(`its ${offered.kind} has no a=rtcp-mux`);
  const [codec] = sharedCodecs(offered, able);
  if (!codec) throw unsupported(`its ${offered.kind} has no codec that is known`);
  return codec;
}

function sharePayloadType({ answered }: SharedCodec, others: readonly SharedCodec[]): boolean {
  const used = others.flatMap((other) => other.answered.map(({ payloadType }) => payloadType));
  return answered.some(({ payloadType }) => used.includes(payloadType));
}

function trackOf(
  offered: OfferedMedia,
  codec: SharedCodec,
  able: RtpCapabilities,
  byPayloadType: boolean,
): CameraTrack {
  const kind = offered.kind as MediaKind;
  const extensions = sharedExtensions(offered, able);
  const layers = layersOf(offered, codec, extensions);
  const rids = layers.map(({ rid }) => rid);
  const { mid, sources, cname, rtcpReducedSize: reducedSize } = offered;
  const encodings = encodingsOf(offered, codec, rids, extensions, byPayloadType);
  const isNamed = encodings.some(({ ssrc, rid }) => ssrc !== undefined || rid !== undefined);
  // A longer one is in no packet (RFC 9143 §15.1). Without SSRC and RID, the worker wants any.
  const shortMid = mid !== undefined && mid.length <= longestMid ? mid : undefined;
  const told = shortMid ?? (isNamed ? undefined : `${kind}-by-type`);
  const parameters = parse(
    CameraRtpParameters,
    {
      ...(told === undefined ? {} : { mid: told }),
      codecs: codec.answered,
      headerExtensions: extensions,
      encodings,
      rtcp: { ...(cname === undefined ? {} : { cname }), reducedSize, mux: true },
    },
    kind,
    'The session description cannot be used: ',
  );
  return {
    ...{ kind, offered, parameters },
    capture:
      captureOf(layers) ?? (sources.length > 1 ? captureOfSources(sources.length) : undefined),
    taken: { direction: 'recvonly', codecs: codec.answered, extensions, rids },
  };
}

function captureOfSources(count: number) {
  const layer = { rid: '', paused: false, payloadTypes: undefined, restrictions: new Map() };
  return captureOf(Array.from({ length: count }, () => layer));
}

/** Of simulcast by names, which only the two codecs have that send each layer as a stream of its own. */
function layersOf(
  { layers }: OfferedMedia,
  { offered }: SharedCodec,
  extensions: readonly OfferedExtension[],
) {
  if (!extensions.some(({ uri }) => uri === rtpExtensions.layer)) return [];
  const usable = layers.filter(
    ({ payloadTypes }) => payloadTypes?.includes(offered.payloadType) ?? true,
  );
  const ordered = smallestFirst(usable);
  return isSimulcast(offered.mimeType) ? ordered : ordered.slice(-1);
}

function isSimulcast(mimeType: string): boolean {
  return /\/(vp8|h264)$/i.test(mimeType);
}

/** How packets are known to be of this track. @throws RefusedError `unsupported-media` when they are not */
function encodingsOf(
  { kind, mid, sources }: OfferedMedia,
  { offered, rtx }: SharedCodec,
  rids: readonly string[],
  extensions: readonly OfferedExtension[],
  byPayloadType: boolean,
): CameraRtpParameters['encodings'] {
  if (rids.length > 0) return rids.map((rid) => ({ rid }));
  if (sources.length > 0) {
    const used = sources.slice(0, isSimulcast(offered.mimeType) ? mostLayers : 1);
    return used.map((source) => ({
      ssrc: source.ssrc,
      ...(rtx && source.rtx !== undefined ? { rtx: { ssrc: source.rtx } } : {}),
    }));
  }
  if (mid !== undefined && extensions.some(({ uri }) => uri === rtpExtensions.mid)) return [{}];
  if (byPayloadType) return [{}];
  throw unsupported(
    `packets of its ${kind} are not to be told: give a=ssrc, or a=extmap of ${rtpExtensions.mid}`,
  );
}

function namesOf(able: RtpCapabilities, sent: readonly OfferedMedia[]): string {
  const kinds = new Set(sent.map(({ kind }) => kind));
  const names = able.codecs
    .filter((one) => kinds.has(one.kind) && !isRetransmission(one))
    .map(({ mimeType }) => mimeType.split('/')[1] ?? '');
  const profile = names.includes('H264')
    ? ' (H264: constrained baseline, packetization-mode=1)'
    : '';
  return `${[...new Set(names)].join(', ')}${profile}`;
}
