/** English, the language that all others follow: one file for each area of the console. */
import { notices } from './en/notices.ts';
import { session } from './en/session.ts';
import { site } from './en/site.ts';
import { wall } from './en/wall.ts';

export const en = { notices, session, site, wall };
