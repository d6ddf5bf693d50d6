/**
 * What two nodes say to each other about zones: one says what somebody there looks at, the other what it has of that,
 * and each change. What one of them does not understand it passes over, since two versions work side by side.
 */
import { z } from 'zod';
import { ListedZones } from './zone-list.ts';
import { CameraState, cameraStates } from './zone.ts';

const Count = z.number().int().nonnegative();
const Zone = z.string().max(64);

/** From the node that hears. Each message adds to those before it. */
export const NewsWanted = z.object({
  /** Counts the messages: what is told says up to which it is an answer. */
  number: Count,
  /** Windows that somebody looks at now, by a number that the hearing node gives. */
  open: z
    .array(
      z.object({
        window: Count,
        question: ListedZones.extend({ within: z.array(z.string().max(64)).max(1000) }),
      }),
    )
    .default([]),
  close: z.array(Count).default([]),
  /** Zones in which somebody there takes part. */
  add: z.array(Zone).default([]),
  drop: z.array(Zone).default([]),
});
export type NewsWanted = z.infer<typeof NewsWanted>;

/** What one node has of a zone. */
export const ZonePart = z.object({
  id: Zone,
  /** `idle` where its camera is not at this node. */
  camera: CameraState,
  label: z.string().max(200),
  /** All who watch, as far as this node knows. */
  viewers: Count,
  /** Those who watch at this node. */
  screens: Count,
  /** Of the lease, where the camera is at this node. */
  token: z.number(),
  /** When its camera was last at this node, as far as it knows, ms since the epoch; only where it has none. */
  lastSeen: z.number().int().optional(),
  /** Its camera shows a drawn picture: nobody misses it. */
  demonstration: z.boolean().optional(),
});
export type ZonePart = z.infer<typeof ZonePart>;

const Tally = z.object({
  states: z.object(
    Object.fromEntries(cameraStates.map((state) => [state, Count])) as Record<
      CameraState,
      typeof Count
    >,
  ),
  listedIdle: Count,
  listedLive: Count,
});

/** From the node that tells. */
export const NewsTold = z.object({
  /** The last message that this answers. */
  number: Count,
  changed: z.array(ZonePart).default([]),
  /** They are no more, or nobody there looks at them any more. */
  gone: z.array(Zone).default([]),
  /** How many fit, of windows of one kind: each kind that was asked for, by what was asked. */
  totals: z
    .array(
      z.object({
        pattern: z.string().max(64),
        within: z.array(z.string().max(64)).max(1000),
        live: z.boolean(),
        all: Tally,
      }),
    )
    .default([]),
  /** How many come before each window. */
  before: z
    .array(z.object({ window: Count, liveBefore: Count, before: Tally.optional() }))
    .default([]),
});
export type NewsTold = z.infer<typeof NewsTold>;
