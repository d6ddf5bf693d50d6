/** Why a viewer is not given one of a camera's producers: its picture or its sound. */
import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { MediaId, MediaKind } from './media.ts';

/** A producer of a watched zone that a client cannot be given. */
export const ProducerRefusal = z.object({
  zone: z.string(),
  producerId: MediaId,
  kind: MediaKind,
  /** `unsupported-media`: this client cannot decode it; with any other, the server tries again by itself. */
  code: ErrorCode,
  message: z.string(),
});
export type ProducerRefusal = z.infer<typeof ProducerRefusal>;

/** What to say and to do when a viewer cannot decode a camera's feed. @param mimeType such as `video/H264` */
export function cannotDecode(mimeType: string): string {
  const codec = mimeType.split('/')[1] ?? mimeType;
  return `This browser cannot decode ${codec}, with which this camera sends. Use a current Chrome, Edge, Firefox or Safari, or have the camera send with VP8.`;
}
