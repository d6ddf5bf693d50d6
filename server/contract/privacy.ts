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
