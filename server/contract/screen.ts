/** Screens: walls and desks that are open somewhere, on which others can put a view or a zone. */
import { z } from 'zod';
import { Id } from './api.ts';
import { Name } from './name.ts';
import { ViewContent } from './view.ts';
import { ZoneId } from './zone.ts';

/** Most screens in one list. */
export const mostScreens = 500;

/** What a page says of itself. */
export const Announcement = z.object({ name: Name, page: z.enum(['wall', 'desk']) });
export type Announcement = z.infer<typeof Announcement>;

export const Screen = Announcement.extend({
  id: Id,
  /** Who is signed in there: a person, or a wall's key. */
  who: z.string(),
});
export type Screen = z.infer<typeof Screen>;

const zone = z.object({ kind: z.literal('zone'), zone: ZoneId });
/** To what it showed before. */
const back = z.object({ kind: z.literal('back') });

/** What is put on a screen; a view as whoever sends it sees it. */
export const Sending = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('view'), view: Id }),
  zone,
  back,
]);
export type Sending = z.infer<typeof Sending>;

/** The same as the screen is told. It shows what whoever is signed in there may watch. */
export const Sent = z.object({
  /** Who has sent it. */
  by: z.string(),
  show: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('view'), view: ViewContent }),
    zone,
    back,
  ]),
});
export type Sent = z.infer<typeof Sent>;
