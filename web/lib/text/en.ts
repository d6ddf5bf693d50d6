/** English, the language that all others follow: one file for each area of the console. */
import { account } from './en/account.ts';
import { administration } from './en/administration.ts';
import { entrance } from './en/entrance.ts';
import { notices } from './en/notices.ts';
import { privacy } from './en/privacy.ts';
import { session } from './en/session.ts';
import { site } from './en/site.ts';
import { ui } from './en/ui.ts';
import { wall } from './en/wall.ts';

export const en = {
  ...{ site, ui, entrance, account, administration, privacy },
  ...{ notices, session, wall },
};
