/** WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): cameras and viewers that come by one HTTP request each. */
import { z } from 'zod';
import { ActorKind } from './access.ts';
import { NodeId } from './node.ts';

export const ResourceKind = z.enum(['whip', 'whep']);
export type ResourceKind = z.infer<typeof ResourceKind>;

/** A session of WHIP or WHEP, as it is shown to whoever administers. */
export const ResourceSummary = z.object({
  /** By which it is ended; not what its address has, which is its owner's secret. */
  handle: z.string(),
  kind: ResourceKind,
  zone: z.string(),
  actor: z.object({ kind: ActorKind, id: z.string(), name: z.string() }),
  address: z.string(),
  /** What its program calls itself. */
  agent: z.string(),
  /** ms since the epoch */
  since: z.number(),
  /** Whether media can flow: ICE and DTLS are up. */
  connected: z.boolean(),
  /** A camera that sends although nobody watches: an encoder cannot be told to sleep. */
  sendsUnwatched: z.boolean(),
  /** Whether it cannot be asked for less either: its offer has no feedback of bit rates that this server gives. */
  sendsAtWill: z.boolean().default(false),
  /** Of media, in whichever way it goes, bit/s; absent before two looks. */
  bitRate: z.number().optional(),
});
export type ResourceSummary = z.infer<typeof ResourceSummary>;

export const ShownResource = ResourceSummary.extend({
  /** The node that it is at, where that is another one than asked. */
  node: NodeId.optional(),
});
export type ShownResource = z.infer<typeof ShownResource>;

/** Those of all nodes, the newest first. */
export const ResourceList = z.object({
  resources: z.array(ShownResource),
  /** Nodes that did not tell. */
  unknownAt: z.array(z.string()),
});
export type ResourceList = z.infer<typeof ResourceList>;

/** Media types (RFC 8866, RFC 8840). */
export const sdpType = 'application/sdp';
export const fragmentType = 'application/trickle-ice-sdpfrag';
