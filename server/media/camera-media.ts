/** What of a camera's media goes to the media worker: no more than this product uses of RTP. */
import type { CameraRtpParameters } from '../contract/camera-media.ts';
import { RefusedError } from '../contract/errors.ts';
import { layerCountOf, type StatedCapture } from '../contract/layers.ts';
import type { MediaKind } from '../contract/media.ts';
import { routerCodecs } from './codecs.ts';
import { captureTime, copiedUnmeasured, usedExtensions } from './extensions.ts';
import type { WorkerReport } from './worker-report.ts';

type Codec = CameraRtpParameters['codecs'][number];

/**
 * What the worker is told of a camera's track: one codec of the routers', with its retransmissions, and the header
 * extensions that are used. What else browsers offer is left out, so that the worker passes over it in packets.
 * @param parts of the worker
 * @throws RefusedError `unsupported-media`
 */
export function usableParameters(
  kind: MediaKind,
  { codecs, headerExtensions = [], encodings, ...rest }: CameraRtpParameters,
  parts: WorkerReport['parts'] = ['mends'],
): CameraRtpParameters {
  const [codec, ...others] = codecs;
  if (!codec || !isOffered(kind, codec)) {
    const names = routerCodecs.filter((offered) => offered.kind === kind);
    throw unsupported(
      `a camera may send ${names.map(({ mimeType }) => mimeType.split('/')[1]).join(', ')}`,
    );
  }
  if (others.length > 1 || others.some((other) => !isRetransmissionOf(codec, other))) {
    throw unsupported('a camera sends each track with one codec, and its retransmissions');
  }
  const isLayered = encodings.some(({ scalabilityMode = '' }) => /^[LS][23]/.test(scalabilityMode));
  if (isLayered && (encodings.length > 1 || !/\/(vp9|av1)$/i.test(codec.mimeType))) {
    throw unsupported('only VP9 and AV1 have spatial layers in one stream');
  }
  if (encodings.length > 1 && !/\/(vp8|h264)$/i.test(codec.mimeType)) {
    throw unsupported('only VP8 and H264 are sent in several streams');
  }
  const retransmits = others.length > 0;
  const safe = ({ uri }: { uri: string }): boolean =>
    parts.includes('mends') || !copiedUnmeasured.has(uri);
  // Without the extension that says which layer a packet of AV1 belongs to, it is one stream without layers.
  const layersTold = parts.includes('mends') || !/\/av1$/i.test(codec.mimeType);
  return {
    ...rest,
    codecs,
    headerExtensions: headerExtensions
      .filter(({ uri }) => usedExtensions[kind].has(uri) || uri === captureTime)
      .filter(safe),
    encodings: encodings.map(({ rtx, scalabilityMode, ...encoding }) => ({
      ...encoding,
      ...(scalabilityMode !== undefined && layersTold ? { scalabilityMode } : {}),
      ...(rtx && retransmits ? { rtx } : {}),
    })),
  };
}

/** @throws RefusedError `invalid-request` when sizes are said of other layers than are sent */
export function requireSizeOfEach(
  parameters: CameraRtpParameters,
  { layers }: Pick<StatedCapture, 'layers'>,
): void {
  const count = layerCountOf(parameters.encodings);
  if (!layers || layers.length === count) return;
  throw new RefusedError(
    'invalid-request',
    `publish: the sizes of ${layers.length} layers are said, and ${count} are sent.`,
  );
}

function isOffered(kind: MediaKind, { mimeType, clockRate }: Codec): boolean {
  return routerCodecs.some(
    (offered) =>
      offered.kind === kind &&
      offered.mimeType.toLowerCase() === mimeType.toLowerCase() &&
      offered.clockRate === clockRate,
  );
}

/** RFC 4588 §8.6. */
function isRetransmissionOf(codec: Codec, { mimeType, clockRate, parameters }: Codec): boolean {
  return (
    /^video\/rtx$/i.test(mimeType) &&
    clockRate === codec.clockRate &&
    parameters?.apt === codec.payloadType
  );
}

function unsupported(what: string): RefusedError {
  return new RefusedError('unsupported-media', `The media parameters cannot be used: ${what}.`);
}
