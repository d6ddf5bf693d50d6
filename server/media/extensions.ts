/**
 * RTP header extensions (RFC 8285) that this product uses. mediasoup knows more, and forwards them all; each is more
 * that a packet can be wrong in.
 */
import type { MediaKind } from '../contract/media.ts';
import { rtpExtensions } from '../contract/rtp-extensions.ts';

const { mid, sendTime, sequence, layer, repairedLayer } = rtpExtensions;
/** The only place where AV1 says which layer a packet belongs to. */
const dependencies =
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

/** What routers offer of what they can. */
export const usedExtensions: Record<MediaKind, ReadonlySet<string>> = {
  audio: new Set([mid, sendTime, sequence]),
  video: new Set([mid, sendTime, sequence, layer, repairedLayer, dependencies]),
};

/**
 * What a worker without the mends copies from a camera's packets at whatever length they have, to a place that has room
 * for a right one (docs/decisions/mended-worker.md). Such a worker does not get it, and passes over it.
 */
export const copiedUnmeasured: ReadonlySet<string> = new Set([dependencies]);

/**
 * When a picture was taken. It is taken from cameras that send it, but not offered. Once it is negotiated,
 * mediasoup aligns a camera's simulcast layers by it alone, and refuses to change layers until it has seen it on
 * each. Chromium negotiates it and then does not send it for its own cameras, so no viewer could ever fall to a
 * lower layer. Without it, mediasoup uses the sender reports, which every browser sends (RFC 3550 §6.4.1).
 */
export const captureTime = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';
