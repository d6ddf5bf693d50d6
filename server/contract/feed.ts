/** A feed is what a camera sends of one kind: its picture or its sound. */
import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { MediaId, MediaKind } from './media.ts';

/** A feed of a watched zone that a client cannot be given. */
export const FeedRefusal = z.object({
  zone: z.string(),
  producerId: MediaId,
  kind: MediaKind,
  /** `unsupported-media`: this client cannot decode it; with any other, the server tries again by itself. */
  code: ErrorCode,
  message: z.string(),
});
export type FeedRefusal = z.infer<typeof FeedRefusal>;

/** What to say and to do when a viewer cannot decode a camera's feed. @param mimeType such as `video/H264` */
export function cannotDecode(mimeType: string): string {
  const codec = mimeType.split('/')[1] ?? mimeType;
  return `This browser cannot decode ${codec}, with which this camera sends. Use a current Chrome, Edge, Firefox or Safari, or have the camera send with VP8.`;
}
