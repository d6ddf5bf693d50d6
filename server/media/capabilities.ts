/** What clients are told that every router can do. */
import type { types } from 'mediasoup';
import type { RtpCapabilities } from '../contract/media.ts';
import { copiedUnmeasured, usedExtensions } from './extensions.ts';
import type { WorkerReport } from './worker-report.ts';

/** @param parts of the worker */
export function offeredCapabilities(
  router: types.Router,
  parts: WorkerReport['parts'],
): RtpCapabilities {
  const all = router.rtpCapabilities as RtpCapabilities;
  return {
    ...all,
    headerExtensions: all.headerExtensions
      .filter(({ kind, uri }) => usedExtensions[kind].has(uri))
      .filter(({ uri }) => parts.includes('mends') || !copiedUnmeasured.has(uri)),
  };
}
