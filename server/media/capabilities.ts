/** What clients are told that every router can do. */
import type { types } from 'mediasoup';
import type { RtpCapabilities } from '../contract/media.ts';

/**
 * Once this extension is negotiated, mediasoup aligns a camera's simulcast layers by it alone, and
 * refuses to change layers until it has seen it on each. Chromium negotiates it and then does not send
 * it for its own cameras, so no viewer could ever fall to a lower layer. Without it, mediasoup uses the
 * sender reports, which every browser sends (RFC 3550 §6.4.1).
 */
const unkeptPromise = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

export function offeredCapabilities(router: types.Router): RtpCapabilities {
  const all = router.rtpCapabilities as RtpCapabilities;
  return {
    ...all,
    headerExtensions: all.headerExtensions.filter(({ uri }) => uri !== unkeptPromise),
  };
}
