import { RefusedError } from '../contract/errors.ts';
import type { ZoneId } from '../contract/zone.ts';
import type { Context } from './context.ts';
import { stopFilming } from './filming.ts';

/** How long a camera has to confirm new masks, by claiming its zone once more, ms. */
const confirmation = 4000;

/**
 * Tells a zone's camera that its masks have changed. One that cannot burn them in, that cannot be told
 * since its socket is lost, or that does not confirm them, films no longer; the latter two claim the zone
 * when they are back, and hear them then.
 */
export function announceMasks(context: Context, zone: ZoneId): void {
  const session = context.sessions.get(context.zones.cameraOf(zone) ?? '');
  if (!session?.filming) return;
  try {
    context.privacy.requireMasking(zone, session.filming.canMask);
    session.notify('masks:changed', { zone, masks: context.privacy.masksOf(zone) });
    if (session.socket) session.filming.masksDue = Date.now() + confirmation;
    else stopFilming(context, session);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    session.notify('session:ended', { code: error.code, message: error.message });
    stopFilming(context, session);
  }
}
