/**
 * What two nodes say to each other about the pipe of one zone: the owner's end, where its camera is, and the edge's,
 * where others watch. What one of them does not understand it passes over, since two versions work side by side.
 */
import { z } from 'zod';
import { CaptureSize, SpatialLayer } from './layers.ts';
import { MediaId, MediaKind, RtpParameters } from './media.ts';
import { ZoneSummary } from './zone.ts';

/** Where one end of a pipe receives, and with which key its packets are encrypted. */
export const PipeEnd = z.object({
  ip: z.union([z.ipv4(), z.ipv6()]),
  port: z.number().int().min(1).max(0xffff),
  srtpParameters: z.object({
    cryptoSuite: z.literal('AEAD_AES_256_GCM'),
    /** 32 bytes of key and 12 of salt (RFC 7714 §12). */
    keyBase64: z.string().regex(/^[A-Za-z0-9+/]{59}=$/),
  }),
});
export type PipeEnd = z.infer<typeof PipeEnd>;

/** A camera's track, as it comes out of a pipe. */
export const PipedTrack = z.object({
  /** What it is called between the two nodes. */
  id: MediaId,
  kind: MediaKind,
  rtpParameters: RtpParameters,
  layers: z.object({
    count: z.number().int().min(1).max(8),
    /** Of each layer, the smallest first; absent where the camera did not say. */
    sizes: z
      .array(CaptureSize.or(z.object({ width: z.number(), height: z.number() })))
      .max(8)
      .optional(),
  }),
  /** frames/s, as the camera says. */
  frameRate: z.number().min(0).max(1000).optional(),
});
export type PipedTrack = z.infer<typeof PipedTrack>;

/** From the owner to the edge. */
export const OwnerMessage = z.discriminatedUnion('type', [
  /** How the zone is at the owner; with an `idle` camera, nobody films it. */
  z.object({ type: z.literal('zone'), zone: ZoneSummary }),
  /** A track has come, and this is where its packets will come from. */
  z.object({ type: z.literal('track'), track: PipedTrack, end: PipeEnd }),
  z.object({ type: z.literal('gone'), trackId: MediaId }),
  /** Answers `look`: bytes of media that were sent of a track so far. */
  z.object({ type: z.literal('sent'), trackId: MediaId, bytes: z.number().nonnegative() }),
]);
export type OwnerMessage = z.infer<typeof OwnerMessage>;

/** From the edge to the owner. */
export const EdgeMessage = z.discriminatedUnion('type', [
  /** The edge receives a track, and this is where. */
  z.object({ type: z.literal('taken'), trackId: MediaId, end: PipeEnd }),
  /** The edge cannot take it. */
  z.object({ type: z.literal('refused'), trackId: MediaId, reason: z.string().max(500) }),
  /** What is wanted there: the highest layer of the picture; null for nothing at all. */
  z.object({ type: z.literal('want'), highest: SpatialLayer.nullable() }),
  /** No key frame of a track has come yet. */
  z.object({ type: z.literal('key-frame'), trackId: MediaId }),
  /** Nothing comes of a track: has anything been sent? */
  z.object({ type: z.literal('look'), trackId: MediaId }),
  /** A track has been lost here and can be had again. */
  z.object({ type: z.literal('anew'), trackId: MediaId }),
]);
export type EdgeMessage = z.infer<typeof EdgeMessage>;
