/**
 * Plans: a picture of a site, as a floor plan or an aerial view, or the city's own map, and where its zones' cameras stand
 * on it.
 */
import { z } from 'zod';
import { Id } from './api.ts';
import { Name } from './name.ts';
import { ZoneId } from './zone.ts';

export const planLimits = {
  /** Of the site. */
  plans: 20,
  /** Of one plan. */
  zones: 500,
  /** bytes of its picture */
  picture: 3_000_000,
  /** ° that a camera sees */
  angle: { least: 5, most: 360 },
};

/** What a plan's zones stand on. */
export const PlanGround = z.enum(['picture', 'city']);
export type PlanGround = z.infer<typeof PlanGround>;

/** What a browser shows and what cannot hold a script. */
export const planPictures = ['image/png', 'image/jpeg', 'image/webp'] as const;

const Share = z.number().min(0).max(1);

/** Where a zone's camera stands, and what it sees of the plan. */
export const PlacedZone = z.strictObject({
  zone: ZoneId,
  /**
   * Shares of the picture's width and height, from its upper left corner; on the city's map of the whole world in Web
   * Mercator, so that a place stays where it is when another archive takes the place of one.
   */
  x: Share,
  y: Share,
  /** To where it looks, ° clockwise from the top of the plan. */
  heading: z.number().min(0).max(360).default(0),
  /** How wide it sees, °. */
  angle: z.number().min(planLimits.angle.least).max(planLimits.angle.most).default(70),
  /** How far it sees, a share of the picture's width, or of the world's. */
  reach: Share.default(0.12),
});
export type PlacedZone = z.infer<typeof PlacedZone>;

const PlacedZones = z
  .array(PlacedZone)
  .max(planLimits.zones)
  .refine((placed) => new Set(placed.map(({ zone }) => zone)).size === placed.length, {
    message: 'each zone may stand in one place',
  });

export const AddPlan = z.strictObject({ name: Name, ground: PlanGround.default('picture') });
export type AddPlan = z.infer<typeof AddPlan>;

export const ChangePlan = z.strictObject({
  name: Name,
  zones: PlacedZones,
  /** The one that the change was made of: it is refused when somebody else was faster. */
  version: z.number().int().positive(),
});
export type ChangePlan = z.infer<typeof ChangePlan>;

export const Plan = z.object({
  id: Id,
  name: z.string(),
  /** As of a server of an earlier version, it is a picture. */
  ground: PlanGround.default('picture'),
  /** Those that whoever asks may see. */
  zones: z.array(PlacedZone),
  /** Changes with each picture; null while there is none, and on the city's map. */
  picture: z.string().nullable(),
  version: z.number().int().positive(),
});
export type Plan = z.infer<typeof Plan>;
