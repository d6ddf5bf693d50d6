/** English, the language that all others follow: one file for each area of the console. */
import { account } from './en/account.ts';
import { attention } from './en/attention.ts';
import { administration } from './en/administration.ts';
import { cameras } from './en/cameras.ts';
import { consolePage } from './en/console.ts';
import { demonstration } from './en/demonstration.ts';
import { desk } from './en/desk.ts';
import { entrance } from './en/entrance.ts';
import { firstRun } from './en/first-run.ts';
import { fleet } from './en/fleet.ts';
import { fleetFile } from './en/fleet-file.ts';
import { finding } from './en/finding.ts';
import { figures } from './en/figures.ts';
import { keys } from './en/keys.ts';
import { look } from './en/look.ts';
import { map } from './en/map.ts';
import { overlay } from './en/overlay.ts';
import { pattern } from './en/pattern.ts';
import { privacy } from './en/privacy.ts';
import { actors, roles } from './en/roles.ts';
import { programs } from './en/programs.ts';
import { refusals } from './en/refusals.ts';
import { screens } from './en/screens.ts';
import { session } from './en/session.ts';
import { site } from './en/site.ts';
import { steering } from './en/steering.ts';
import { ui } from './en/ui.ts';
import { views } from './en/views.ts';
import { wall } from './en/wall.ts';
import { zones } from './en/zones.ts';

export const en = {
  ...{
    site,
    ui,
    roles,
    actors,
    entrance,
    account,
    administration,
    cameras,
    finding,
    programs,
    privacy,
  },
  attention,
  ...{ console: consolePage, figures, keys, map, overlay, screens, session, steering, desk },
  ...{ demonstration, firstRun, fleet, fleetFile, look, pattern, refusals, views, wall, zones },
};
