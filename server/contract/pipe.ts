/**
 * What two nodes say to each other about the pipe of one zone: the owner's end, where its camera is, and the edge's,
 * where others watch. What one of them does not understand it passes over, since two versions work side by side.
 */
import { z } from 'zod';
import { Actor } from './audit.ts';
import { RequestFault } from './errors.ts';
import { CaptureSize, SpatialLayer } from './layers.ts';
import { MediaId, MediaKind, RtpParameters } from './media.ts';
import { CameraSteering, Move, PresetChange } from './steering.ts';
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

/** A node in one run of it. */
export const PipeNode = z.object({ node: z.string().max(100), boot: z.string().max(100) });
export type PipeNode = z.infer<typeof PipeNode>;

/** Most nodes on the way of a picture, the owner and the last one included. */
export const longestPath = 16;

/** By which nodes a zone comes: its owner first, whoever says it last; and the token with which that owner has it. */
export const PipePath = z.object({
  token: z.number().int().nonnegative(),
  nodes: z.array(PipeNode).min(1).max(longestPath),
});
export type PipePath = z.infer<typeof PipePath>;

/** What a node asks for with the channel that it opens to another one. */
export const PipeRequest = z.object({
  zone: z.string(),
  /** The highest token with which it knows the zone to be had. A version without a tree of pipes says none. */
  token: z.number().int().nonnegative().optional(),
  /** `insist`: there is no other place for it. `relay`: it cannot reach the owner, so this one is to ask for it. */
  manner: z.enum(['insist', 'relay']).optional().catch(undefined),
  /** Of a pipe that it has from there, and whose channel was lost: as that was told with its path. */
  resume: z.string().max(100).optional(),
});
export type PipeRequest = z.input<typeof PipeRequest>;

/** How a zone's camera is steered, with who has the hand as the nodes call it. */
export const SteeringThere = CameraSteering.extend({
  hand: z
    .object({ holder: z.string().max(100), name: z.string(), until: z.number().nonnegative() })
    .nullable(),
});
export type SteeringThere = z.infer<typeof SteeringThere>;

/** What one asks who steers; whether they may is judged where they are. */
export const PipedSteer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('move'), number: z.number().int().nonnegative(), move: Move }),
  z.object({ kind: z.literal('presets'), change: PresetChange }),
]);
export type PipedSteer = z.infer<typeof PipedSteer>;

const PipedSteerer = z.object({
  id: z.string().max(100),
  name: z.string(),
  rank: z.number(),
  actor: Actor,
  address: z.string().max(100),
});

/** From whoever carries a zone, its owner or an edge, to the edge that it goes to. */
export const OwnerMessage = z.discriminatedUnion('type', [
  /**
   * It carries the zone, which comes by this way; said first, and again when that changes. `resume` is known to the two of
   * them alone: who says it gets the pipe again, should the channel be lost.
   */
  z.object({
    type: z.literal('path'),
    path: PipePath,
    resume: z.string().max(100).optional(),
  }),
  /** Over another channel of the same pipe: of the tracks from before, these go on. */
  z.object({ type: z.literal('kept'), trackIds: z.array(MediaId).max(100) }),
  /** It does not: ask these, to which it does, or none. The channel ends with it. */
  z.object({ type: z.literal('elsewhere'), nodes: z.array(PipeNode).max(1000) }),
  /** How the zone is at the owner; with an `idle` camera, nobody films it. */
  z.object({ type: z.literal('zone'), zone: ZoneSummary }),
  /** A track has come, and this is where its packets will come from. */
  z.object({ type: z.literal('track'), track: PipedTrack, end: PipeEnd }),
  /** The highest layer of a track that can come, since it comes to here over a way that has no room for more. */
  z.object({ type: z.literal('limit'), trackId: MediaId, highest: SpatialLayer }),
  z.object({ type: z.literal('gone'), trackId: MediaId, blank: z.boolean().optional() }),
  /** Answers `look`: bytes of media that were sent of a track so far, and packets that were sent again. */
  z.object({
    type: z.literal('sent'),
    trackId: MediaId,
    bytes: z.number().nonnegative(),
    again: z.number().nonnegative().optional(),
  }),
  /** Answers `hear`: bytes that have come so far of what is said there of a track. */
  z.object({ type: z.literal('heard'), trackId: MediaId, bytes: z.number().nonnegative() }),
  /** How its camera can be steered, and who does; null where it cannot be. After `zone`, and when it changes. */
  z.object({ type: z.literal('steering'), steering: SteeringThere.nullable() }),
  /** Answers `steer`. */
  z.object({ type: z.literal('steered'), id: z.number().int(), fault: RequestFault.optional() }),
]);
export type OwnerMessage = z.infer<typeof OwnerMessage>;

/** From the edge to whoever carries the zone to it. */
export const EdgeMessage = z.discriminatedUnion('type', [
  /** The edge receives a track, and this is where. */
  z.object({ type: z.literal('taken'), trackId: MediaId, end: PipeEnd }),
  /** The edge cannot take it. */
  z.object({ type: z.literal('refused'), trackId: MediaId, reason: z.string().max(500) }),
  /**
   * What is wanted there: the highest layer of the picture; null for nothing at all. `afresh` where the network is too
   * narrow for more: what was lost before is not sent again, and the picture begins with a key frame.
   */
  z.object({
    type: z.literal('want'),
    highest: SpatialLayer.nullable(),
    afresh: z.boolean().optional(),
  }),
  /** No key frame of a track has come yet. */
  z.object({ type: z.literal('key-frame'), trackId: MediaId }),
  /** A viewer there cannot go on without a key frame of a track whose camera takes no requests for them by its media. */
  z.object({ type: z.literal('key-wanted'), trackId: MediaId, layer: SpatialLayer }),
  /** Nothing comes of a track, or nothing of what was lost: has anything been sent? */
  z.object({ type: z.literal('look'), trackId: MediaId }),
  /** Asked now and then: does what is said here of a track, by RTCP, come there? */
  z.object({ type: z.literal('hear'), trackId: MediaId }),
  /** Somebody here steers the camera. What is asked with the channel ends with it. */
  z.object({
    type: z.literal('steer'),
    id: z.number().int(),
    by: PipedSteerer,
    asked: PipedSteer,
  }),
  /** Somebody gives the hand back; `left` where it is gone, and counts its moves anew when it comes back. */
  z.object({ type: z.literal('steer-end'), holder: z.string().max(100), left: z.boolean() }),
  /** A track has been lost here and can be had again. */
  z.object({ type: z.literal('anew'), trackId: MediaId }),
]);
export type EdgeMessage = z.infer<typeof EdgeMessage>;
