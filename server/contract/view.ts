/** Views: which zones are seen together, in which order and layout, by a name that people know. */
import { z } from 'zod';
import { Id } from './api.ts';
import { Role } from './access.ts';
import { Name } from './name.ts';
import { ZoneId } from './zone.ts';

export const viewLimits = {
  /** Private ones of one person. */
  private: 100,
  /** Of the site. */
  shared: 500,
  /** Zones of which an order is kept. */
  ordered: 500,
  /** Characters of a pattern or list. */
  zones: 5000,
  /** Stops of a tour. */
  stops: 100,
  /** How long each is shown, s. */
  dwell: { least: 1, most: 3600 },
};

/** Zones, or names of views; empty for all zones of the view. */
export const ViewTour = z.strictObject({
  stops: z.array(z.string().trim().min(1).max(64)).max(viewLimits.stops),
  dwell: z.number().min(viewLimits.dwell.least).max(viewLimits.dwell.most),
});
export type ViewTour = z.infer<typeof ViewTour>;

/** What a screen needs to show one. It gives nobody a right: who looks sees the zones that they may watch. */
export const ViewContent = z.strictObject({
  name: Name,
  /** A pattern or a list, as a person types it. */
  zones: z.string().trim().max(viewLimits.zones),
  /** As pages call it; one that a page does not know is shown in its usual one. */
  layout: z.string().regex(/^[a-z0-9-]{1,16}$/),
  /** Of a pattern: where its zones stand. */
  order: z.array(ZoneId).max(viewLimits.ordered).default([]),
  tour: ViewTour.optional(),
  /** A wall that is opened with it shows tiles and nothing else. */
  kiosk: z.boolean().default(false),
});
export type ViewContent = z.infer<typeof ViewContent>;

export const SaveView = ViewContent.extend({
  /** The roles that see it; none: it is its owner's alone. */
  sharedWith: z.array(Role).max(Role.options.length).default([]),
});
export type SaveView = z.infer<typeof SaveView>;

export const ChangeView = SaveView.extend({
  /** The one that the change was made of: it is refused when somebody else was faster. */
  version: z.number().int().positive(),
});

export const View = SaveView.extend({
  id: Id,
  /** Who made it. */
  owner: z.string(),
  version: z.number().int().positive(),
  /** ms since the epoch */
  changedAt: z.number().int(),
  /** Whether whoever asks may change and remove it. */
  mayChange: z.boolean(),
});
export type View = z.infer<typeof View>;
