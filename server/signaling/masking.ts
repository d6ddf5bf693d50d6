import { RefusedError } from '../contract/errors.ts';
import type { Masks } from '../contract/privacy.ts';
import type { ZoneId } from '../contract/zone.ts';
import { requireMasking } from '../privacy/zone-privacy.ts';
import type { Context } from './context.ts';
import { stopFilming } from './filming.ts';

/**
 * Tells a zone's camera its new masks. One that cannot burn them in, or that cannot be told since its
 * socket is lost, films no longer: the latter claims the zone again when it is back, and hears them then.
 */
export function changeMasks(context: Context, zone: ZoneId, masks: Masks): void {
  const session = context.sessions.get(context.zones.cameraOf(zone) ?? '');
  if (!session?.filming) return;
  try {
    requireMasking(zone, masks, session.filming.canMask);
    session.notify('masks:changed', { zone, masks });
    if (!session.socket) stopFilming(context, session);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    session.notify('session:ended', { code: error.code, message: error.message });
    stopFilming(context, session);
  }
}
