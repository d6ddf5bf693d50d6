/** German: loaded only where it is chosen, or where the browser asks for it. */
import { account } from './de/account.ts';
import { administration } from './de/administration.ts';
import { attention } from './de/attention.ts';
import { cameras } from './de/cameras.ts';
import { consolePage } from './de/console.ts';
import { demonstration } from './de/demonstration.ts';
import { desk } from './de/desk.ts';
import { entrance } from './de/entrance.ts';
import { figures } from './de/figures.ts';
import { finding } from './de/finding.ts';
import { firstRun } from './de/first-run.ts';
import { fleet } from './de/fleet.ts';
import { fleetFile } from './de/fleet-file.ts';
import { keys } from './de/keys.ts';
import { look } from './de/look.ts';
import { map } from './de/map.ts';
import { overlay } from './de/overlay.ts';
import { pattern } from './de/pattern.ts';
import { privacy } from './de/privacy.ts';
import { programs } from './de/programs.ts';
import { refusals } from './de/refusals.ts';
import { actors, roles } from './de/roles.ts';
import { screens } from './de/screens.ts';
import { session } from './de/session.ts';
import { site } from './de/site.ts';
import { steering } from './de/steering.ts';
import { ui } from './de/ui.ts';
import { views } from './de/views.ts';
import { wall } from './de/wall.ts';
import { zones } from './de/zones.ts';
import type { Texts } from './texts.ts';

export const de: Texts = {
  ...{ site, ui, roles, actors, entrance, account, administration, cameras, finding, programs },
  ...{ privacy, attention, console: consolePage, figures, keys, map, overlay, screens, session },
  ...{
    steering,
    desk,
    demonstration,
    firstRun,
    fleet,
    fleetFile,
    look,
    pattern,
    refusals,
    views,
    wall,
    zones,
  },
};
