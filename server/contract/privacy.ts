/** Privacy of the people filmed: what is hidden from the picture, and what the public is told. */
import { z } from 'zod';

/** A place in the picture, as a share of its width and height from the upper left: 0–1. */
const Point = z.strictObject({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) });
export type Point = z.infer<typeof Point>;

/** A part of the picture that is filled with one colour before it is encoded: a polygon. */
export const Mask = z.strictObject({ points: z.array(Point).min(3).max(32) });
export type Mask = z.infer<typeof Mask>;
export const Masks = z.array(Mask).max(32);
export type Masks = z.infer<typeof Masks>;

/** Where a camera looks, in ONVIF's generic spaces (ONVIF PTZ Service Specification §5.2.1). */
export const Position = z.strictObject({
  pan: z.number().min(-1).max(1),
  tilt: z.number().min(-1).max(1),
  zoom: z.number().min(0).max(1),
});
export type Position = z.infer<typeof Position>;

/** Masks of one place at which a camera that moves can stand. */
export const MasksOfPreset = z.strictObject({
  /** The camera's own name of the preset. */
  preset: z.string().min(1).max(64),
  /** As people called it when these were drawn. */
  name: z.string().max(64),
  /** Where the camera stood then; they hold there alone. Absent where it does not tell. */
  position: Position.optional(),
  /** Beside those of the zone; empty where a person has confirmed that nothing is to be hidden. */
  masks: Masks,
});
export type MasksOfPreset = z.infer<typeof MasksOfPreset>;
export const mostPresets = 64;
export const PresetMasks = z
  .array(MasksOfPreset)
  .max(mostPresets)
  .refine(
    (all) => new Set(all.map(({ preset }) => preset)).size === all.length,
    'A preset is named twice',
  );
export type PresetMasks = z.infer<typeof PresetMasks>;

/** All that is hidden of a zone: at every place, and beside that at each preset. */
export interface Hidden {
  readonly masks: Masks;
  readonly presetMasks?: PresetMasks | undefined;
}

/** Whether anything is hidden at all. */
export function hidesAnything({ masks, presetMasks = [] }: Hidden): boolean {
  return masks.length > 0 || presetMasks.length > 0;
}

const Words = z.string().trim().max(500);

/** What the sign at the street and the operator's page say (GDPR art. 13). */
export const ZoneNotice = z.strictObject({
  purpose: Words,
  controller: Words,
  /** How long pictures and records are kept, in words. */
  retention: Words,
  legal_basis: Words,
  /** Where people turn with a question. */
  contact: Words,
});
export type ZoneNotice = z.infer<typeof ZoneNotice>;
