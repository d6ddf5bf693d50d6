/** What a camera notices by itself: movement, that somebody tampers with it, a contact at its input. */
import { z } from 'zod';
import { fittingName } from './name.ts';

/** Few kinds, whatever cameras call them, so that something can be made to follow from each. */
export const cameraEventKinds = ['motion', 'tamper', 'input'] as const;
export const CameraEventKind = z.enum(cameraEventKinds);
export type CameraEventKind = z.infer<typeof CameraEventKind>;
export const CameraEventState = z.enum(['began', 'ended']);
export type CameraEventState = z.infer<typeof CameraEventState>;

/** As whoever films tells it. */
export const CameraEvent = z.object({
  kind: CameraEventKind,
  state: CameraEventState,
  /** What of the camera noticed it, where it has several: a picture, a rule, an input; empty where it does not say. */
  source: z.string().max(256).transform(fittingName).default(''),
  /** How long ago that was, ms: clocks differ. */
  ago: z.number().nonnegative().max(60_000).default(0),
});
export type CameraEvent = z.infer<typeof CameraEvent>;

/** As it is kept, in the history of its zone. */
export const ZoneEvent = z.object({
  /** In the order of their times. */
  id: z.string(),
  /** ms since the epoch */
  at: z.number().int(),
  kind: CameraEventKind,
  state: CameraEventState,
  source: z.string(),
});
export type ZoneEvent = z.infer<typeof ZoneEvent>;

export const ZoneEventQuery = z.object({
  /** Events before the one of this id; the newest come first. */
  before: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const ZoneEventPage = z.object({
  events: z.array(ZoneEvent),
  /** What to ask `before` next; absent on the last page. */
  next: z.string().optional(),
});
export type ZoneEventPage = z.infer<typeof ZoneEventPage>;
