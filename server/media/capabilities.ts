/** What clients are told that every router can do. */
import type { types } from 'mediasoup';
import type { RtpCapabilities } from '../contract/media.ts';
import { usedExtensions } from './extensions.ts';

export function offeredCapabilities(router: types.Router): RtpCapabilities {
  const all = router.rtpCapabilities as RtpCapabilities;
  return {
    ...all,
    headerExtensions: all.headerExtensions.filter(({ kind, uri }) => usedExtensions[kind].has(uri)),
  };
}
